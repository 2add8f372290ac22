#include "engine/time/hlc.h"

#include <algorithm>

namespace syncline {
namespace {
constexpr int kCounterBits = 16;
}

Hlc HybridClock::tick(Time physical) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(physical.time_since_epoch());
  const Hlc floor(static_cast<std::uint64_t>(std::max<std::int64_t>(ms.count(), 0))
                  << kCounterBits);
  last_ = std::max(floor, last_.next());  // next() of a full counter carries into the milliseconds
  return last_;
}

void HybridClock::observe(Hlc foreign) { last_ = std::max(last_, foreign); }

std::chrono::milliseconds physical_part(Hlc hlc) {
  return std::chrono::milliseconds(hlc.value >> kCounterBits);
}

}  // namespace syncline
