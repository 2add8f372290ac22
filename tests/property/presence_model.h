// What CONTRACTS 2 says of presence, written down a second time, slowly and with everything kept:
// every beat, every stay. Counts, days, peaks and shares are counted out. The projection is held
// against it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/fold/projection.h"
#include "projections/presence/presence_change.h"
#include "projections/presence/presence_history.h"
#include "projections/write_rank.h"

namespace syncline {

class PresenceModel {
 public:
  struct Stay {
    std::string user, module;  // "": in all of them, one after the other
    Time from;
    Time to;  // the deadline, as long as nothing else ended it
    bool written = false;
  };
  struct Who {
    std::string module, page, resource, name;
    Time since, last_seen, deadline;

    bool operator==(const Who&) const = default;
  };
  struct Due {
    std::string user;
    EventName beat;
    Time deadline;

    auto operator<=>(const Due&) const = default;
  };

  // The next event of the log. Marks that come late are of users who have a newer one.
  Outcome add(const Event& event);

  // As of an instant that is not before the last event. Module "": all together.
  std::uint64_t active(Time now, const std::string& module) const;
  std::uint64_t today(Time now, const std::string& module) const;
  std::uint64_t total(const std::string& module) const;
  std::vector<std::pair<std::string, std::string>> modules() const { return modules_; }
  std::map<std::string, Who> present(Time now) const;
  std::vector<Due> due(Time now) const;  // the earliest first
  std::vector<EventChanges> changes() const { return changes_; }
  PresenceHistory history(Time now, const std::string& module, const HistoryRange& range) const;

  // What an instant could be that is worth a look.
  const std::vector<Stay>& stays() const { return stays_; }

 private:
  struct User {
    WriteRank mark;
    std::size_t stay = 0, presence = 0;  // in stays_
    bool in = false;                     // as written
    Who who;
  };

  Outcome beat(const Event& event, const PresenceBeat& beat);
  Outcome clear(const Event& event, const PresenceCleared& clear);
  Outcome expire(const PresenceExpired& expired);
  Outcome configure(const ConfigApplied& config);
  void open(User& user, const std::string& id, const std::string& module, Time from);
  void close(User& user, const std::string& id, Time to, PresenceAction action);
  void changed(PresenceAction action, const std::string& user, Time time, const std::string& module,
               const std::string& from = "");
  ModuleTally tally(const std::string& module) const;
  Time midnight(Time instant) const;

  std::map<std::string, User> users_;
  std::vector<Stay> stays_;
  std::map<std::string, std::map<std::string, Time>> seen_;  // module, user, last
  std::vector<std::pair<std::string, std::string>> modules_ = {{"pms", "procurement"},
                                                               {"ih", "innovation"}};
  std::vector<ZoneOffset> zone_;
  Duration expiry_ = std::chrono::minutes(5);
  std::vector<EventChanges> changes_;
  Position position_;
  Time now_;
};

}  // namespace syncline
