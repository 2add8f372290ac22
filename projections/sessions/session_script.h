// A session's story for tests: makes the events that the sequencer would make of it (one origin,
// contiguous positions, a clock that the test sets) and folds them. The texts it is given outlive
// it.
#pragma once

#include <algorithm>
#include <deque>

#include "projections/memory_state.h"
#include "projections/sessions/sessions_projection.h"

namespace syncline {

class SessionScript {
 public:
  Time now{std::chrono::sys_days(std::chrono::year(2025) / 9 / 18)};  // of the next event
  SessionsProjection projection;
  MemoryState state;

  // Folds the event and keeps it; event() gives it back by its position.
  Outcome sync(const SessionSynced& sync, std::string_view extra = {}) {
    Event event = next(EventType::session_synced);
    event.header.merge_stamp = std::min(sync.last_activity.value_or(now), now);
    event.body.payload = sync;
    event.body.extra_json = extra;
    return fold(std::move(event));
  }
  Outcome expire(std::string_view user, std::string_view session, Position beat, Time deadline) {
    Event event = next(EventType::session_expired);
    event.body.payload = SessionExpired{user, session, name_of(beat), deadline};
    return fold(std::move(event));
  }
  Outcome configure(std::optional<std::uint32_t> expire_after_intervals) {
    Event event = next(EventType::config_applied);
    event.body.payload = ConfigApplied{expire_after_intervals};
    return fold(std::move(event));
  }

  Position position() const { return Position(events_.size()); }
  const std::deque<Event>& events() const { return events_; }
  EventName name_of(Position position) const {
    return {*OriginId::from("a"), 1, Sequence(position.value)};
  }

 private:
  Event next(EventType type) {
    Event event;
    const Position at = position().next();
    event.header.position = at;
    event.header.name = name_of(at);
    event.header.hlc = Hlc(at.value);
    event.header.received_time = now;
    event.header.merge_stamp = now;
    event.body.type = type;
    return event;
  }
  Outcome fold(Event event) {
    events_.push_back(std::move(event));
    return projection.apply(events_.back(), state).value();
  }

  std::deque<Event> events_;
};

}  // namespace syncline
