// A story of presence for tests.
#pragma once

#include "projections/fold_script.h"
#include "projections/presence/presence_projection.h"

namespace syncline {

class PresenceScript : public FoldScript<PresenceProjection> {
 public:
  PresenceScript() { now += std::chrono::hours(10); }

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
};

}  // namespace syncline
