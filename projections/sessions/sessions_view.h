// Reads the sessions projection, exactly as of an instant: an active or idle session whose deadline
// has come reads as expired, whether or not its session.expired has been written, in every answer
// here. Any thread; `state` is a snapshot of the projection, `now` the handed-in clock's; `floor`,
// from deadlines/deadline_floor.h, is a time before which that state has no deadline.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/fold/projection.h"
#include "projections/sessions/session_phase.h"

namespace syncline {

// One session as readers are shown it. Texts live as long as the call that gives it.
struct SessionView {
  std::string_view own_id;
  SessionPhase phase;
  Time last_activity;               // effective: what merging rests on
  Time updated_at;                  // when the sync shown was received; once expired, the deadline
  std::string_view heartbeat_type;  // as announced, else as the status has it
  Position position;                // of the last event that moved it
  SessionSynced sync;  // as it was sent; what it left out of the session, as known from before
};
using EachSession = std::function<void(const SessionView&)>;

// False: there is no such session.
bool find_session(const ReadState& state, Time now, std::string_view user_id,
                  std::string_view session_id, const EachSession& each);

// The user's newest `limit` sessions, the latest activity first.
void user_sessions(const ReadState& state, Time now, std::string_view user_id, std::size_t limit,
                   const EachSession& each);

struct SessionFilter {
  std::optional<SessionPhase> phase;
  std::optional<std::string_view> user_id;
};
// A page of at most `limit`, in the order of (user id, external id), which no sync changes: who
// walks the pages meets every session that matched all the while exactly once. `after` is what the
// page before returned (""  for the first); nullopt: that was the last page.
std::optional<std::string> list_sessions(const ReadState& state, Time now,
                                         const SessionFilter& filter, std::string_view after,
                                         std::size_t limit, const EachSession& each,
                                         Time floor = Time::min());
// The same of a state of the past, which has the records and not their indexes. It looks at no more
// than `walked_max` records, so that a page may hold fewer than `limit` although there is a next
// one.
std::optional<std::string> list_past_sessions(const ReadState& state, Time then,
                                              const SessionFilter& filter, std::string_view after,
                                              std::size_t limit, std::size_t walked_max,
                                              const EachSession& each);
// Could one of them have returned it?
bool is_list_place(std::string_view after);

struct SessionCounts {
  std::uint64_t active = 0, idle = 0, terminated = 0, expired = 0;

  std::uint64_t& of(SessionPhase phase);
};
SessionCounts count_sessions(const ReadState& state, Time now, Time floor = Time::min());

struct LastLogin {
  Time login;              // the latest start of a session
  Time last_activity;      // the latest of any session
  std::string session_id;  // the external id of that one
};
std::optional<LastLogin> last_login(const ReadState& state, std::string_view user_id);

// A session whose deadline has come, and for which no expiry is written yet.
struct DueSession {
  std::string user_id;
  std::string session_id;
  EventName beat;
  Time deadline;
};
// At most `limit`, the earliest first.
std::vector<DueSession> due_sessions(const ReadState& state, Time now, std::size_t limit,
                                     Time floor = Time::min());

}  // namespace syncline
