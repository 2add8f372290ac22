#include "connectors/rate/token_bucket.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(1'758'233'370)};

// So many takes in a row that succeed.
int taken(TokenBucket& bucket, const Rate& rate, Time now) {
  int count = 0;
  while (bucket.take(rate, now) == nanoseconds(0)) ++count;
  return count;
}

TEST(TokenBucket, GivesItsBurstAndThenWhatFlowsBack) {
  const Rate rate{120, minutes(1)};
  struct Case {
    milliseconds after;  // the bucket was empty
    int gives;
    milliseconds then_wait;
  };
  const Case cases[] = {
      {milliseconds(0), 0, milliseconds(500)},   {milliseconds(499), 0, milliseconds(1)},
      {milliseconds(500), 1, milliseconds(500)}, {milliseconds(1250), 2, milliseconds(250)},
      {minutes(1), 120, milliseconds(500)},      {minutes(60), 120, milliseconds(500)},
  };
  for (const Case& c : cases) {
    TokenBucket bucket;
    EXPECT_EQ(bucket.wait(rate, kStart), nanoseconds(0));
    EXPECT_EQ(taken(bucket, rate, kStart), 120);
    EXPECT_EQ(taken(bucket, rate, kStart + c.after), c.gives) << c.after.count() << " ms";
    EXPECT_EQ(bucket.wait(rate, kStart + c.after), c.then_wait) << c.after.count() << " ms";
  }
}

TEST(TokenBucket, OfOneToken) {
  const Rate rate{1, seconds(1)};
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, rate, kStart), 1);
  EXPECT_EQ(bucket.wait(rate, kStart), seconds(1));
  EXPECT_EQ(taken(bucket, rate, kStart + seconds(1)), 1);
}

TEST(TokenBucket, AClockThatIsSetBackCostsOneBucketAtMost) {
  const Rate rate{10, seconds(10)};
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, rate, kStart), 10);
  const Time before = kStart - std::chrono::hours(1);
  EXPECT_EQ(bucket.wait(rate, before), seconds(1));
  EXPECT_EQ(taken(bucket, rate, before), 0);
}

}  // namespace
}  // namespace syncline
