// Addresses that go on with wrong credentials beyond the limit, until somebody is told: of each one
// at once, then once a minute while it lasts, so that an attacker, however fast, writes little into
// the log. Bounded by limits::kRateKeys: of more addresses at a time the last ones are not told.
// Pure but for its lock: the time is handed in. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schemas/types.h"

namespace syncline {

enum class WrongCredential : std::uint8_t { bad_token, oversized, unknown_key };
inline constexpr std::size_t kWrongCredentials = 3;
std::string_view name(WrongCredential what);  // "bad_token"

// What was refused since the one before.
struct RefusedLogin {
  std::string address;  // as address_group() has it
  Time from, to;        // of the first and the last attempt
  std::array<std::uint64_t, kWrongCredentials> attempts{};

  std::uint64_t total() const;
};

class RefusedLogins {
 public:
  void count(const std::string& address, WrongCredential what, Time now);
  // What is to be told now; it counts as told.
  std::vector<RefusedLogin> due(Time now);

 private:
  struct Entry {
    Time next;  // not told again before; 0: not told yet
    RefusedLogin since;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // guarded by mutex_
};

}  // namespace syncline
