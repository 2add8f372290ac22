#include <gtest/gtest.h>

#include "engine/time/hlc.h"
#include "engine/time/merge_stamp.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Time at(Duration d) { return Time(d); }

TEST(HybridClock, GrowsWhileThePhysicalClockStandsOrGoesBack) {
  HybridClock clock{Hlc(0)};
  Hlc last = clock.tick(at(milliseconds(1000)));
  EXPECT_EQ(physical_part(last), milliseconds(1000));
  for (const int ms : {1000, 999, 1, 1000, 0, -5}) {
    const Hlc next = clock.tick(at(milliseconds(ms)));
    EXPECT_GT(next, last);
    last = next;
  }
  EXPECT_EQ(physical_part(clock.tick(at(milliseconds(1001)))), milliseconds(1001));
}

TEST(HybridClock, AFullCounterCarriesIntoTheMilliseconds) {
  HybridClock clock{Hlc((1000ull << 16) | 0xFFFF)};
  const Hlc next = clock.tick(at(milliseconds(1000)));
  EXPECT_EQ(next, Hlc(1001ull << 16));
}

TEST(HybridClock, IsLaterThanAForeignEvent) {
  HybridClock clock{Hlc(0)};
  clock.observe(Hlc(5000ull << 16));
  EXPECT_GT(clock.tick(at(milliseconds(10))), Hlc(5000ull << 16));
}

struct StampCase {
  const char* what;
  StampInput input;
  Time expected;
  bool skewed;
};

TEST(MergeStamp, Rules) {
  const Time received = at(seconds(10'000));
  const StampCase cases[] = {
      {"no claim: when it was received", {{}, {}, received, {}}, received, false},
      {"a late claim is late",
       {received - seconds(500), {}, received, {}},
       received - seconds(500),
       false},
      {"a claim ahead is held back", {received + seconds(60), {}, received, {}}, received, false},
      {"far ahead: held back and flagged",
       {received + seconds(61), {}, received, {}},
       received,
       true},
      {"a known skew is taken out",
       {received + seconds(3590), received + seconds(3600), received, {}},
       received - seconds(10),
       false},
      {"a clock behind is moved up",
       {received - seconds(3610), received - seconds(3600), received, {}},
       received - seconds(10),
       false},
      {"Date has whole seconds: less is noise",
       {received - seconds(5), received - milliseconds(1999), received, {}},
       received - seconds(5),
       false},
      {"causal: after its base whatever the clock says",
       {received - seconds(500), {}, received, received - seconds(100)},
       received - seconds(100) + Duration(1),
       false},
      {"causal: a later claim stands",
       {received - seconds(50), {}, received, received - seconds(100)},
       received - seconds(50),
       false},
      {"causal: even after a base from the future",
       {received, {}, received, received + seconds(9)},
       received + seconds(9) + Duration(1),
       false},
  };
  for (const StampCase& c : cases) {
    const Stamp stamp = merge_stamp(c.input);
    EXPECT_EQ(stamp.time, c.expected) << c.what;
    EXPECT_EQ(stamp.clock_skewed, c.skewed) << c.what;
  }
}

}  // namespace
}  // namespace syncline
