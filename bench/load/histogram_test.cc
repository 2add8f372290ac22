#include "bench/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace syncline::load {
namespace {

TEST(Histogram, SmallValuesAreExact) {
  for (std::uint64_t value = 0; value < 256; ++value) {
    Histogram histogram;
    histogram.record(value);
    histogram.record(300);
    EXPECT_EQ(histogram.quantile(0.5), value);
  }
}

TEST(Histogram, QuantilesAreWithinOnePercentOfTheSortedValues) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> values(100'000);
  Histogram histogram;
  for (auto& value : values) {
    value =
        static_cast<std::uint64_t>(std::exp2(std::uniform_real_distribution(0.0, 39.0)(random)));
    histogram.record(value);
  }
  std::ranges::sort(values);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const auto index = static_cast<std::size_t>(std::ceil(share * 100'000.0)) - 1;
    const auto exact = static_cast<double>(values[index]);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(share)), exact, exact * 0.01) << share;
  }
  EXPECT_EQ(histogram.quantile(1), values.back());
  EXPECT_EQ(histogram.count(), values.size());
}

TEST(Histogram, TooLongCountsAsLongest) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.quantile(0.5), (std::uint64_t{1} << 40) - 1);
}

TEST(Histogram, NothingRecorded) { EXPECT_EQ(Histogram().quantile(0.5), 0u); }

}  // namespace
}  // namespace syncline::load
