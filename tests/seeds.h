// Random programs that can be run again: seeds count up from a random one, a failing one is named,
// and SYNCLINE_SEED=n runs that one alone.
#pragma once

#include <cstdlib>
#include <functional>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace syncline {

inline const char* chosen_seed() { return std::getenv("SYNCLINE_SEED"); }

inline std::uint64_t first_seed() {
  const char* const chosen = chosen_seed();
  return chosen == nullptr ? std::random_device()() : std::strtoull(chosen, nullptr, 10);
}

inline void for_each_seed(int programs, const std::function<void(std::uint64_t seed)>& run) {
  const std::uint64_t first = first_seed();
  const int count = chosen_seed() == nullptr ? programs : 1;
  testing::Test::RecordProperty("programs", count);
  for (std::uint64_t seed = first; seed != first + static_cast<std::uint64_t>(count); ++seed) {
    run(seed);
    ASSERT_FALSE(testing::Test::HasFailure()) << "again with SYNCLINE_SEED=" << seed;
  }
}

}  // namespace syncline
