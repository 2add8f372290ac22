#include "ops/cli/time_zone.h"

#include <gmock/gmock.h>

namespace syncline {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;

Time utc(int year, unsigned month, unsigned day, int hour) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day)) +
         hours(hour);
}

TEST(TimeZone, AnUnknownNameIsToldTheNearest) {
  EXPECT_THAT(time_zone_fault("UTC"), IsEmpty());
  EXPECT_THAT(time_zone_fault("Europe/Zurich"), IsEmpty());
  EXPECT_THAT(time_zone_fault("Europe/Zuric"), HasSubstr("did you mean \"Europe/Zurich\"?"));
  EXPECT_THAT(time_zone_fault("europe/berlin"), HasSubstr("did you mean \"Europe/Berlin\"?"));
  for (const std::string far : {"Mars/X", "X/Y", "../../etc/passwd", ""}) {
    EXPECT_EQ(time_zone_fault(far), '"' + far +
                                        "\" is no time zone of the tz database; names are like "
                                        "\"Europe/Zurich\"");
  }
}

TEST(TimeZone, OffsetsAreTheChangesOfItsClocks) {
  EXPECT_EQ(time_zone_offsets("UTC"), (std::vector<ZoneOffset>{{utc(2020, 1, 1, 0), hours(0)}}));
  const auto zurich = time_zone_offsets("Europe/Zurich");
  ASSERT_GE(zurich.size(), 36u) << "two a year, up to 2037";
  EXPECT_EQ(zurich[0], (ZoneOffset{utc(2020, 1, 1, 0), hours(1)}));
  EXPECT_EQ(zurich[1], (ZoneOffset{utc(2020, 3, 29, 1), hours(2)}));
  EXPECT_EQ(zurich[2], (ZoneOffset{utc(2020, 10, 25, 1), hours(1)}));
  EXPECT_EQ(time_zone_offsets("Asia/Kathmandu"),
            (std::vector<ZoneOffset>{{utc(2020, 1, 1, 0), std::chrono::minutes(345)}}));
}

}  // namespace
}  // namespace syncline
