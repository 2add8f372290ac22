#include "ops/cli/retry_schedule.h"

#include <algorithm>
#include <array>

namespace syncline {

std::optional<std::chrono::milliseconds> RetrySchedule::next(Rng& rng) {
  if (spent_ >= kBudget) return std::nullopt;
  std::array<std::uint8_t, 2> random{};
  rng.fill(random);
  const auto half = step_ / 2;
  const auto pause = half + half * (random[0] << 8 | random[1]) / 0xFFFF;
  step_ = std::min(step_ * 2, kLongest);
  spent_ += pause;
  return pause;
}

}  // namespace syncline
