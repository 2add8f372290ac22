#include "connectors/auth/refused_logins.h"

#include <numeric>
#include <utility>

#include "engine/limits.h"

namespace syncline {
namespace {

constexpr std::chrono::minutes kPause{1};

}  // namespace

std::string_view name(WrongCredential what) {
  switch (what) {
    case WrongCredential::bad_token:
      return "bad_token";
    case WrongCredential::oversized:
      return "oversized";
    case WrongCredential::unknown_key:
      return "unknown_key";
  }
  return "bad_token";
}

std::uint64_t RefusedLogin::total() const {
  return std::accumulate(attempts.begin(), attempts.end(), std::uint64_t{0});
}

void RefusedLogins::count(const std::string& address, WrongCredential what, Time now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= limits::kRateKeys && !entries_.contains(address)) return;
  RefusedLogin& since = entries_[address].since;
  if (since.total() == 0) since.from = now;
  since.to = now;
  ++since.attempts[static_cast<std::size_t>(what)];
}

std::vector<RefusedLogin> RefusedLogins::due(Time now) {
  const std::lock_guard lock(mutex_);
  std::vector<RefusedLogin> told;
  std::erase_if(entries_, [now](const auto& named) {
    const Entry& entry = named.second;
    return entry.next <= now && entry.since.total() == 0;  // it has stopped
  });
  for (auto& [address, entry] : entries_) {
    if (entry.next > now) continue;
    told.push_back(std::exchange(entry.since, {}));
    told.back().address = address;
    entry.next = now + kPause;
  }
  return told;
}

}  // namespace syncline
