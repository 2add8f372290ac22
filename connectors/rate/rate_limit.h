// A token bucket for each key (a user, an address), in bounded memory: a bucket that is full again
// is as good as none, and when keys are invented faster than buckets fill, the fullest are dropped.
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/rate/token_bucket.h"
#include "engine/limits.h"

namespace syncline {

class RateLimit {
 public:
  explicit RateLimit(Rate rate, std::size_t keys_max = limits::kRateKeys)
      : rate_(rate), keys_max_(keys_max) {}

  // Takes a token of `key`: nullopt. Where there is none, takes nothing, and says how long until
  // there is, in whole seconds, rounded up (Retry-After).
  std::optional<std::chrono::seconds> take(const std::string& key, Time now);

 private:
  void drop_fullest();

  const Rate rate_;
  const std::size_t keys_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, TokenBucket> buckets_;  // guarded by mutex_
};

}  // namespace syncline
