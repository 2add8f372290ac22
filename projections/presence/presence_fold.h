// One event's work on the state of the presence projection, in steps that each leave the state
// whole: a user is seen, enters, moves, stays on, or goes. Inside of presence_projection.cc. Pure.
#pragma once

#include <vector>

#include "projections/presence/presence_change.h"
#include "projections/presence/presence_record.h"

namespace syncline {

class PresenceFold {
 public:
  // `header`: of the event that does it. All of it outlives this.
  PresenceFold(FoldState& state, const RecordHeader& header, std::string_view user_id)
      : state_(state), header_(header), user_id_(user_id) {}

  // Counts the user as seen in the module, and in all; writes `seen` of the record.
  void saw(PresenceRecord& user, std::string_view module);
  // Puts a user who is in no module into one, or one who is in one into another or the same.
  void enter(PresenceRecord& user, const PresenceBeat& beat);
  // Takes the user out of its module, at that time.
  void leave(PresenceRecord& user, Time at, PresenceAction action);

  // Writes the record, and what changed.
  void store(const PresenceRecord& user);

 private:
  void saw_since(std::string_view module, std::optional<Time> last);
  void move_present(std::string_view module, int by);
  void add_deadline_of(const PresenceRecord& user);
  void remove_deadline_of(const PresenceRecord& user);
  void show_on(const PresenceRecord& user, std::string_view resource);
  ModuleTally tally(std::string_view module);
  void changed(const PresenceRecord& user, PresenceAction action, Time at, std::string_view module,
               std::optional<std::string_view> from = {});

  FoldState& state_;
  const RecordHeader& header_;
  const std::string_view user_id_;
  std::vector<PresenceChange> changes_;
};

}  // namespace syncline
