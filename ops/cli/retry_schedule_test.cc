#include "ops/cli/retry_schedule.h"

#include <gtest/gtest.h>

#include "tests/fakes.h"

namespace syncline {
namespace {

TEST(RetrySchedule, PausesDoubleWithJitterUntilTheBudgetIsSpent) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SeededRng rng(seed);
    RetrySchedule schedule;
    auto step = RetrySchedule::kFirst;
    std::chrono::milliseconds spent{0};
    while (const auto pause = schedule.next(rng)) {
      EXPECT_GE(*pause, step / 2) << "seed " << seed;
      EXPECT_LE(*pause, step) << "seed " << seed;
      step = std::min(step * 2, RetrySchedule::kLongest);
      spent += *pause;
    }
    EXPECT_GE(spent, RetrySchedule::kBudget);
    EXPECT_LT(spent, RetrySchedule::kBudget + RetrySchedule::kLongest);
    schedule.worked();
    const auto again = schedule.next(rng);
    ASSERT_TRUE(again.has_value());
    EXPECT_LE(*again, RetrySchedule::kFirst);
  }
}

}  // namespace
}  // namespace syncline
