// A projection's story for tests: makes the events that the sequencer would make of it (one origin,
// contiguous positions, a clock that the test sets) and folds them. The texts it is given outlive
// it.
#pragma once

#include <deque>

#include "projections/memory_state.h"

namespace syncline {

template <class Folded>
class FoldScript {
 public:
  Time now{std::chrono::sys_days(std::chrono::year(2025) / 9 / 18)};  // of the next event
  Folded projection;
  MemoryState state;

  Position position() const { return Position(events_.size()); }
  const std::deque<Event>& events() const { return events_; }  // by position, from 1
  EventName name_of(Position position) const {
    return {*OriginId::from("a"), 1, Sequence(position.value)};
  }

 protected:
  Event next(EventType type, Payload payload) const {
    Event event;
    const Position at = position().next();
    event.header.position = at;
    event.header.name = name_of(at);
    event.header.hlc = Hlc(at.value);
    event.header.received_time = now;
    event.header.merge_stamp = now;
    event.body.type = type;
    event.body.payload = std::move(payload);
    return event;
  }
  // Folds the event and keeps it.
  Outcome fold(Event event) {
    events_.push_back(std::move(event));
    return projection.apply(events_.back(), state).value();
  }

 private:
  std::deque<Event> events_;
};

}  // namespace syncline
