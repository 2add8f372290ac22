// A token bucket: as many at once as the rate says for its time, and again as they flow back,
// continuously ("120/m": 120 at once, one more each half second). Pure: the time is handed in, and
// a clock that is set back costs nobody more than a whole bucket.
#pragma once

#include <chrono>
#include <cstdint>

#include "schemas/types.h"

namespace syncline {

struct Rate {
  std::uint32_t count = 0;  // from 1
  std::chrono::seconds per{1};

  bool operator==(const Rate&) const = default;
};

class TokenBucket {
 public:
  // How long until there is a token; zero: there is one now.
  std::chrono::nanoseconds wait(const Rate& rate, Time now) const;
  // Takes one; zero. When there is none: takes nothing, and says how long until there is.
  std::chrono::nanoseconds take(const Rate& rate, Time now);

  using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;
  // From then on it is as good as new. It is all that a bucket has to know.
  Instant full_at() const { return full_at_; }

 private:
  Instant full_at_{};
};

}  // namespace syncline
