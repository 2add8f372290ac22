#include "tests/property/sessions_program.h"

#include <array>
#include <iterator>

#include "projections/sessions/session_deadline.h"

namespace syncline {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

// One begins like another, and one holds a zero byte: their keys must not meet.
constexpr std::array kUsers = {"u"sv, "u1"sv, "u\0s"sv};
constexpr std::array kSessions = {"s"sv, "s1"sv};
constexpr std::array kStatuses = {SessionStatus::active, SessionStatus::active,
                                  SessionStatus::active, SessionStatus::idle,
                                  SessionStatus::idle,   SessionStatus::terminated};
constexpr std::array kLicenses = {""sv, "trial"sv, "enterprise"sv};
constexpr std::array kCities = {"Basel"sv, "Pune"sv};
constexpr std::array<std::chrono::milliseconds, 5> kIntervals = {0ms, -5ms, 1min, 8min, 24h};

}  // namespace

Duration SessionsProgram::gap() {
  switch (below(6)) {
    case 0:
      return 0us;
    case 1:
      return 1us;
    case 2:
      return Duration(below(2'000'000));
    case 3:
      return std::chrono::minutes(below(20));
    case 4:
      return 8min;
    default:
      return one_in(8) ? Duration(std::chrono::hours(below(60))) : Duration(3s);
  }
}

std::optional<Event> SessionsProgram::any_sync(const std::deque<Event>& before) {
  if (before.empty()) return std::nullopt;
  const Event& event = before[below(before.size())];
  if (!std::holds_alternative<SessionSynced>(event.body.payload)) return std::nullopt;
  return event;
}

std::optional<Time> SessionsProgram::activity(Time now, const std::deque<Event>& before) {
  switch (below(8)) {
    case 0:
      return std::nullopt;
    case 1:
      return now + std::chrono::minutes(below(10));
    case 2:
      return now - std::chrono::minutes(below(60));
    case 3:
      return now - Duration(below(3));
    case 4:
    case 5:
      if (const auto known = any_sync(before))
        return known->header.merge_stamp + Duration(below(2));
      return now;
    default:
      return now;
  }
}

SessionSynced SessionsProgram::sync(Time now, const std::deque<Event>& before) {
  if (one_in(5)) {
    if (const auto known = any_sync(before)) return std::get<SessionSynced>(known->body.payload);
  }
  SessionSynced sync;
  sync.user_id = kUsers[below(kUsers.size())];
  sync.session_id = kSessions[below(kSessions.size())];
  sync.status = kStatuses[below(kStatuses.size())];
  // Final is final: a story in which most sessions have ended is a short one.
  if (sync.status == SessionStatus::terminated && !one_in(3)) sync.status = SessionStatus::active;
  if (!one_in(4)) sync.created_at = now - std::chrono::hours(below(3));
  sync.last_activity = activity(now, before);
  sync.license_type = kLicenses[below(kLicenses.size())];
  if (one_in(4)) sync.city = kCities[below(kCities.size())];
  if (one_in(4)) sync.mfa_verified = one_in(2);
  if (one_in(2)) sync.sync_timestamp = now;
  if (!one_in(3)) sync.last_sync_interval = kIntervals[below(kIntervals.size())];
  if (one_in(4)) sync.heartbeat_type = "status_change";
  return sync;
}

Outcome SessionsProgram::expire(SessionScript& script) {
  // As the timer does it.
  const auto due = due_sessions(script.state, script.now, 3);
  if (!due.empty() && !one_in(4)) {
    const DueSession& chosen = due[below(due.size())];
    const auto user = std::find(kUsers.begin(), kUsers.end(), chosen.user_id);
    const auto session = std::find(kSessions.begin(), kSessions.end(), chosen.session_id);
    return script.expire(*user, *session, Position(chosen.beat.sequence.value), chosen.deadline);
  }
  // A sync that may or may not still be shown, or an expiry written again.
  if (!script.events().empty()) {
    const Event event = script.events()[below(script.events().size())];
    if (const auto* again = std::get_if<SessionExpired>(&event.body.payload)) {
      return script.expire(again->user_id, again->session_id, Position(again->beat.sequence.value),
                           again->deadline);
    }
    if (const auto* sync = std::get_if<SessionSynced>(&event.body.payload)) {
      // Often the deadline it had before it was repeated.
      const auto had = session_deadline(*sync, event.header.received_time, kExpireAfterIntervals);
      return script.expire(sync->user_id, sync->session_id, event.header.position,
                           had.value_or(script.now) + Duration(below(2)));
    }
  }
  return script.expire(kUsers[0], kSessions[0], Position(1), script.now);
}

Outcome SessionsProgram::step(SessionScript& script) {
  script.now += gap();
  if (one_in(20)) {
    return script.configure(one_in(3) ? std::nullopt : std::optional(1 + std::uint32_t(below(3))));
  }
  if (one_in(5)) return expire(script);
  const SessionSynced next = sync(script.now, script.events());
  return script.sync(next, extra());
}

Time SessionsProgram::instant(const SessionScript& script) {
  if (one_in(4)) return script.now;
  if (one_in(4)) return script.now + gap();
  if (one_in(20)) return script.now + 24h * 365;
  const auto later = due_sessions(script.state, script.now + 24h * 365, 100);
  if (later.empty()) return script.now;
  const Time deadline = later[below(later.size())].deadline;
  return std::max(script.now, deadline + Duration(below(3)) - 1us);
}

}  // namespace syncline
