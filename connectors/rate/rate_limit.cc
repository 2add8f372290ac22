#include "connectors/rate/rate_limit.h"

#include <algorithm>
#include <vector>

namespace syncline {

std::optional<std::chrono::seconds> RateLimit::take(const std::string& key, Time now) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= keys_max_ && !buckets_.contains(key)) drop_fullest();
  const std::chrono::nanoseconds wait = buckets_[key].take(rate_, now);
  if (wait == std::chrono::nanoseconds(0)) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(wait);
}

// A quarter at a time: a key costs the same whether or not there is room for it. Those that are
// full again are the first to go.
void RateLimit::drop_fullest() {
  std::vector<TokenBucket::Instant> full_at;
  full_at.reserve(buckets_.size());
  for (const auto& [key, bucket] : buckets_) full_at.push_back(bucket.full_at());
  const auto last = full_at.begin() + static_cast<std::ptrdiff_t>(full_at.size() / 4);
  std::nth_element(full_at.begin(), last, full_at.end());
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full_at() <= *last; });
}

}  // namespace syncline
