#include "engine/time/pace.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Pace, WithoutARateNothingWaits) {
  Pace pace(std::nullopt);
  EXPECT_EQ(pace.after(std::uint64_t{1} << 60, Pace::Instant(seconds(1))).count(), 0);
}

TEST(Pace, WhoWaitsAsAskedReadsAsFastAsTheRate) {
  for (const std::uint64_t piece : {1'000u, 250'000u, 3'000'000u}) {
    Pace pace(1'000'000);
    const Pace::Instant begun(seconds(5));
    Pace::Instant now = begun;
    std::uint64_t read = 0;
    while (read < 6'000'000) {
      read += piece;
      now += pace.after(piece, now);
    }
    EXPECT_LE(begun + seconds(6) - now, Pace::kShortest) << piece;
    EXPECT_LE(now - begun, seconds(6)) << piece;
  }
}

TEST(Pace, ShortWaitsArePutTogether) {
  Pace pace(1'000'000);
  const Pace::Instant now(seconds(5));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pace.after(1000, now).count(), 0);
  EXPECT_EQ(pace.after(1000, now), milliseconds(5));
}

TEST(Pace, WhoWakesLateMakesUpForIt) {
  Pace pace(1'000'000);
  const Pace::Instant begun(seconds(5));
  Pace::Instant now = begun;
  for (int i = 0; i < 1000; ++i) {
    const auto pause = pace.after(1000, now);
    if (pause.count() > 0) now += pause + milliseconds(1);
  }
  EXPECT_GE(now - begun, seconds(1) - Pace::kShortest);
  EXPECT_LE(now - begun, seconds(1) + milliseconds(1));
}

TEST(Pace, WhatStoodStillIsNotMadeUpFor) {
  Pace pace(1000);
  EXPECT_EQ(pace.after(1000, Pace::Instant(seconds(5))), seconds(1));
  EXPECT_EQ(pace.after(1000, Pace::Instant(seconds(100))), seconds(1) - Pace::kMadeUpFor);
}

}  // namespace
}  // namespace syncline
