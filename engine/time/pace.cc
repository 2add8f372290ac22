#include "engine/time/pace.h"

#include <algorithm>

namespace syncline {

std::chrono::nanoseconds Pace::after(std::uint64_t bytes, Instant now) {
  if (!rate_) return {};
  const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                            static_cast<double>(*rate_));
  due_ = std::max(due_.value_or(now), now - kMadeUpFor) +
         std::chrono::duration_cast<std::chrono::nanoseconds>(takes);
  const auto ahead = *due_ - now;
  return ahead < kShortest ? std::chrono::nanoseconds(0) : ahead;
}

}  // namespace syncline
