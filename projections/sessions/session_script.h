// A session's story for tests.
#pragma once

#include <algorithm>

#include "projections/fold_script.h"
#include "projections/sessions/sessions_projection.h"

namespace syncline {

class SessionScript : public FoldScript<SessionsProjection> {
 public:
  Outcome sync(const SessionSynced& sync, std::string_view extra = {}) {
    Event event = next(EventType::session_synced, sync);
    event.header.merge_stamp = std::min(sync.last_activity.value_or(now), now);
    event.body.extra_json = extra;
    return fold(std::move(event));
  }
  Outcome expire(std::string_view user, std::string_view session, Position beat, Time deadline) {
    return fold(
        next(EventType::session_expired, SessionExpired{user, session, name_of(beat), deadline}));
  }
  Outcome configure(std::optional<std::uint32_t> expire_after_intervals) {
    return fold(next(EventType::config_applied, ConfigApplied{expire_after_intervals}));
  }
};

}  // namespace syncline
