// What the tests of the fold share: one session's syncs and expiries, and what a reader sees of it.
#pragma once

#include <gmock/gmock.h>

#include "projections/deadlines/deadline_index.h"
#include "projections/sessions/session_script.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {

// What the tests look at of a session that is shown.
struct Seen {
  std::string own_id;
  std::string status;
  Time last_activity;
  Time updated_at;
  std::uint64_t position;
  std::string heartbeat_type;
  std::string license_type;

  bool operator==(const Seen&) const = default;
};

class SessionsFold : public testing::Test {
 protected:
  static constexpr std::string_view kUser = "u1";
  static constexpr std::string_view kSession = "s1";

  SessionSynced heartbeat(SessionStatus status = SessionStatus::active) const {
    SessionSynced sync;
    sync.user_id = kUser;
    sync.session_id = kSession;
    sync.status = status;
    sync.created_at = start_;
    sync.last_activity = script_.now;
    sync.last_sync_interval = std::chrono::minutes(8);
    sync.license_type = "enterprise";
    return sync;
  }
  Outcome sync(const SessionSynced& s, std::string_view extra = {}) {
    return script_.sync(s, extra);
  }
  Outcome expire(Position beat, Time deadline) {
    return script_.expire(kUser, kSession, beat, deadline);
  }
  void pass(Duration time) { script_.now += time; }

  Seen seen(std::optional<Time> at = {}) const {
    Seen out{};
    const bool found = find_session(script_.state, at.value_or(script_.now), kUser, kSession,
                                    [&](const SessionView& view) {
                                      out = {std::string(view.own_id),
                                             std::string(name(view.phase)),
                                             view.last_activity,
                                             view.updated_at,
                                             view.position.value,
                                             std::string(view.heartbeat_type),
                                             std::string(view.sync.license_type)};
                                    });
    EXPECT_TRUE(found);
    return out;
  }
  std::string status(std::optional<Time> at = {}) const { return seen(at).status; }
  auto before() const { return script_.state.entries(); }

  SessionScript script_;
  const Time start_ = script_.now;
};

}  // namespace syncline
