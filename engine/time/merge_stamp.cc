#include "engine/time/merge_stamp.h"

#include <algorithm>

namespace syncline {

Duration skew(std::optional<Time> sent, Time received) {
  if (!sent) return Duration::zero();
  const Duration difference = received - *sent;
  return std::chrono::abs(difference) < kSkewNoise ? Duration::zero() : difference;
}

Stamp merge_stamp(const StampInput& input) {
  Stamp stamp{input.received, false};
  if (input.claim) {
    const Time corrected = *input.claim + skew(input.sent, input.received);
    stamp.clock_skewed = corrected - input.received > kFutureTolerance;
    stamp.time = std::min(corrected, input.received);
  }
  if (input.base_stamp) stamp.time = std::max(stamp.time, *input.base_stamp + Duration(1));
  return stamp;
}

}  // namespace syncline
