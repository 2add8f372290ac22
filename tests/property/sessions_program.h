// Random stories of sessions: few users and sessions, so that syncs meet, late, repeated,
// reordered, with equal stamps and claims ahead of time; expiries of what is due, of what is not,
// and twice; changes of configuration. The same seed makes the same story.
#pragma once

#include <random>

#include "projections/sessions/session_script.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {

class SessionsProgram {
 public:
  explicit SessionsProgram(std::uint64_t seed) : random_(seed) {}

  // Lets some time pass, and appends one event to the script.
  Outcome step(SessionScript& script);
  // Now, or later: around a deadline, more often than not.
  Time instant(const SessionScript& script);

  // The next sync, received at `now`; repeats come from `before`.
  SessionSynced sync(Time now, const std::deque<Event>& before);
  std::string_view extra() { return one_in(8) ? R"({"x":1})" : ""; }
  Duration gap();

  std::uint64_t below(std::uint64_t n) {
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::optional<Event> any_sync(const std::deque<Event>& before);
  std::optional<Time> activity(Time now, const std::deque<Event>& before);
  Outcome expire(SessionScript& script);

  std::mt19937_64 random_;
};

}  // namespace syncline
