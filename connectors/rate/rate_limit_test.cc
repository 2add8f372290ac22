#include "connectors/rate/rate_limit.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(1'758'233'370)};
constexpr Rate kTwoInTen{2, seconds(10)};

TEST(RateLimit, CountsEachKeyOnItsOwn) {
  RateLimit limit(kTwoInTen);
  EXPECT_EQ(limit.take("a", kStart), std::nullopt);
  EXPECT_EQ(limit.take("a", kStart), std::nullopt);
  EXPECT_EQ(limit.take("a", kStart), seconds(5));
  EXPECT_EQ(limit.take("a", kStart), seconds(5)) << "a refusal costs nothing";
  EXPECT_EQ(limit.take("b", kStart), std::nullopt);
  EXPECT_EQ(limit.take("never seen", kStart), std::nullopt);
}

TEST(RateLimit, TellsWholeSecondsRoundedUp) {
  RateLimit limit(kTwoInTen);
  limit.take("a", kStart);
  limit.take("a", kStart);
  EXPECT_EQ(limit.take("a", kStart + milliseconds(1)), seconds(5));
  EXPECT_EQ(limit.take("a", kStart + milliseconds(4001)), seconds(1));
  EXPECT_EQ(limit.take("a", kStart + seconds(5)), std::nullopt);
}

TEST(RateLimit, KeysThatAreInventedPushOutTheFullest) {
  RateLimit limit(kTwoInTen, 100);
  limit.take("busy", kStart + seconds(1));
  limit.take("busy", kStart + seconds(1));
  for (int i = 0; i < 1000; ++i) limit.take("invented " + std::to_string(i), kStart);
  EXPECT_EQ(limit.take("busy", kStart + seconds(1)), seconds(5)) << "the emptiest is kept";
  EXPECT_EQ(limit.take("invented 0", kStart), std::nullopt);
}

TEST(RateLimit, FullOnesGoFirst) {
  RateLimit limit(kTwoInTen, 8);
  for (const char* key : {"old 1", "old 2", "old 3"}) limit.take(key, kStart);
  const Time later = kStart + seconds(60);
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    limit.take(key, later);
    limit.take(key, later);
  }
  EXPECT_EQ(limit.take("one more", later), std::nullopt);
  for (const char* key : {"a", "b", "c", "d", "e"}) EXPECT_EQ(limit.take(key, later), seconds(5));
}

}  // namespace
}  // namespace syncline
