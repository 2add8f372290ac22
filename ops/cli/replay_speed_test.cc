#include "ops/cli/replay_speed.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<std::int64_t> milliseconds_of(std::string_view text) {
  auto speed = ReplaySpeed::from(text).value();
  std::vector<std::int64_t> out;
  for (const int received : {100, 101, 101, 105, 104}) {
    const auto due = speed.next(Time(seconds(received)));
    out.push_back(std::chrono::duration_cast<milliseconds>(due).count());
  }
  return out;
}

TEST(ReplaySpeed, SaysWhenEachMayLeave) {
  using Due = std::vector<std::int64_t>;
  EXPECT_EQ(milliseconds_of("max"), (Due{0, 0, 0, 0, 0}));
  EXPECT_EQ(milliseconds_of("1x"), (Due{0, 1000, 1000, 5000, 4000}));
  EXPECT_EQ(milliseconds_of("10x"), (Due{0, 100, 100, 500, 400}));
  EXPECT_EQ(milliseconds_of("0.5x"), (Due{0, 2000, 2000, 10000, 8000}));
  EXPECT_EQ(milliseconds_of("100/s"), (Due{0, 10, 20, 30, 40}));
  EXPECT_EQ(milliseconds_of("60/m"), (Due{0, 1000, 2000, 3000, 4000}));
}

TEST(ReplaySpeed, WhatIsNoSpeed) {
  for (const char* text : {"", "fast", "x", "0x", "-1x", "1", "1X", "1e3x", "nanx", "infx", "0/s",
                           "100/", "100", "10 x", "9999999x"}) {
    EXPECT_FALSE(ReplaySpeed::from(text)) << text;
  }
}

}  // namespace
}  // namespace syncline
