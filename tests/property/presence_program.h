// Random stories of presence: users who beat, move, leave and fall silent; expiries of what is due,
// late, of what is not, and twice; marks that come late; other settings; days on which clocks leap.
// The same seed makes the same story.
#pragma once

#include <random>

#include "projections/presence/presence_script.h"

namespace syncline {

class PresenceProgram {
 public:
  PresenceProgram(std::uint64_t seed, std::uint64_t users);

  // Where the story begins: on the eve of a day that is not as long as others.
  Time begin();
  // Lets some time pass, and appends one event to the script.
  Outcome step(PresenceScript& script);
  // Now, or later: around a deadline, more often than not.
  Time instant(const PresenceScript& script);

  std::uint64_t below(std::uint64_t n) {
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  std::string_view any_user() { return users_[below(users_.size())]; }
  std::string_view any_module();
  std::string_view any_resource();

 private:
  Duration gap();
  PresenceBeat beat();
  Outcome expire(PresenceScript& script);
  Outcome late(PresenceScript& script);
  Outcome configure(PresenceScript& script);

  std::mt19937_64 random_;
  std::vector<std::string> users_;
};

}  // namespace syncline
