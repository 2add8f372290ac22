// A story of presence for tests: makes the events that the sequencer would make of it (one origin,
// contiguous positions, a clock that the test sets) and folds them. The texts it is given outlive
// it.
#pragma once

#include <deque>

#include "projections/memory_state.h"
#include "projections/presence/presence_projection.h"

namespace syncline {

class PresenceScript {
 public:
  Time now{std::chrono::sys_days(std::chrono::year(2025) / 9 / 18) +
           std::chrono::hours(10)};  // of the next event
  PresenceProjection projection;
  MemoryState state;

  // Folds the event and keeps it; event() gives it back by its position.
  Outcome beat(const PresenceBeat& beat) { return fold(next(EventType::presence_beat, beat)); }
  Outcome clear(std::string_view user) {
    return fold(next(EventType::presence_cleared, PresenceCleared{user}));
  }
  Outcome expire(std::string_view user, Position beat, Time deadline) {
    return fold(
        next(EventType::presence_expired, PresenceExpired{user, false, name_of(beat), deadline}));
  }
  Outcome configure(const ConfigApplied& config) {
    return fold(next(EventType::config_applied, config));
  }
  // One that was received then, elsewhere, and comes now.
  Outcome late(Time received, Payload payload) {
    Event event = next(EventType::presence_beat, std::move(payload));
    event.header.received_time = received;
    event.header.hlc = Hlc(0);
    return fold(std::move(event));
  }

  Position position() const { return Position(events_.size()); }
  const std::deque<Event>& events() const { return events_; }
  EventName name_of(Position position) const {
    return {*OriginId::from("a"), 1, Sequence(position.value)};
  }

 private:
  Event next(EventType type, Payload payload) {
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
  Outcome fold(Event event) {
    events_.push_back(std::move(event));
    return projection.apply(events_.back(), state).value();
  }

  std::deque<Event> events_;
};

}  // namespace syncline
