// Reads the presence projection, exactly as of an instant: who has passed the deadline is not
// there, whether or not presence.expired has been written, in every answer here. Any thread;
// `state` is a snapshot of the projection, `now` the handed-in clock's; `floor`, from
// deadlines/deadline_floor.h, is a time before which that state has no deadline.
//
// Cost: counts take O(modules), and a row for each eighth of a second in which somebody lapsed
// without an event that says so yet.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/fold/projection.h"

namespace syncline {

struct ModuleCounts {
  std::string id;
  std::string name;
  std::uint64_t total_users = 0;  // ever seen in it
  std::uint64_t active_now = 0;
  std::uint64_t today = 0;  // seen in it since midnight in the configured zone
};

struct PresenceCounts {
  std::vector<ModuleCounts> modules;  // the configured ones, in that order
  ModuleCounts all;                   // of all modules together; each user once, no id, no name
};
PresenceCounts count_presence(const ReadState& state, Time now, Time floor = Time::min());
// The same for a state that has no deadlines (one of the past); O(users that are there).
PresenceCounts count_presence_by_user(const ReadState& state, Time now);
// In all modules together.
std::uint64_t count_active(const ReadState& state, Time now, Time floor = Time::min());

// One user as readers are shown it. Texts live as long as the call that gives it; "": none.
struct PresentUser {
  std::string_view user_id;
  bool user_id_is_number = false;  // as the newest event about it has it
  std::string_view module, page, resource, name;
  Time since;      // in this module
  Time last_seen;  // the newest beat
  Time deadline;   // when it counts no more
};
using EachPresentUser = std::function<void(const PresentUser&)>;

// False: the user is not there.
bool find_present(const ReadState& state, Time now, std::string_view user_id,
                  const EachPresentUser& each);

// Calls `each` for at most `limit` of those whose newest beat names the resource, by user id.
// Returns how many there are.
std::uint64_t viewers_of(const ReadState& state, Time now, std::string_view resource,
                         std::size_t limit, const EachPresentUser& each);

// A user whose deadline has come, and for whom no expiry is written yet.
struct DuePresence {
  std::string user_id;
  bool user_id_is_number = false;
  EventName beat;
  Time deadline;
};
// At most `limit`, the earliest first. When the next one is due: next_deadline() of deadlines/.
std::vector<DuePresence> due_presences(const ReadState& state, Time now, std::size_t limit,
                                       Time floor = Time::min());

}  // namespace syncline
