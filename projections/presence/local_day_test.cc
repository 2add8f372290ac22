#include "projections/presence/local_day.h"

#include <vector>

#include <gtest/gtest.h>

namespace syncline {

void PrintTo(const LocalDay& day, std::ostream* out) {
  *out << day.from.time_since_epoch().count() << ".." << day.to.time_since_epoch().count();
}

namespace {

using namespace std::chrono;

Time utc(int year_number, unsigned month_number, unsigned day_number, int hour, int minute = 0) {
  return sys_days(year(year_number) / month(month_number) / day(day_number)) + hours(hour) +
         minutes(minute);
}

const std::vector<ZoneOffset> kZurich = {{utc(2025, 1, 1, 0), hours(1)},
                                         {utc(2025, 3, 30, 1), hours(2)},
                                         {utc(2025, 10, 26, 1), hours(1)}};
// Clocks leap from 24:00 to 1:00, and back from 24:00 to 23:00.
const std::vector<ZoneOffset> kSantiago = {{utc(2025, 1, 1, 0), hours(-3)},
                                           {utc(2025, 4, 6, 3), hours(-4)},
                                           {utc(2025, 9, 7, 4), hours(-3)}};
const std::vector<ZoneOffset> kChatham = {{utc(2025, 1, 1, 0), minutes(825)}};

TEST(LocalDay, BeginsAndEndsWhereTheDateChanges) {
  struct Case {
    const char* what;
    std::vector<ZoneOffset> zone;
    Time instant, from, to;
  };
  const Case cases[] = {
      {"UTC", {}, utc(2025, 9, 18, 10), utc(2025, 9, 18, 0), utc(2025, 9, 19, 0)},
      {"its first instant", {}, utc(2025, 9, 18, 0), utc(2025, 9, 18, 0), utc(2025, 9, 19, 0)},
      {"east of UTC", kZurich, utc(2025, 7, 1, 22), utc(2025, 7, 1, 22), utc(2025, 7, 2, 22)},
      {"a quarter of an hour", kChatham, utc(2025, 7, 1, 10, 14), utc(2025, 6, 30, 10, 15),
       utc(2025, 7, 1, 10, 15)},
      {"23 hours, before", kZurich, utc(2025, 3, 30, 0), utc(2025, 3, 29, 23),
       utc(2025, 3, 30, 22)},
      {"23 hours, behind", kZurich, utc(2025, 3, 30, 9), utc(2025, 3, 29, 23),
       utc(2025, 3, 30, 22)},
      {"25 hours, before", kZurich, utc(2025, 10, 26, 0), utc(2025, 10, 25, 22),
       utc(2025, 10, 26, 23)},
      {"25 hours, behind", kZurich, utc(2025, 10, 26, 22), utc(2025, 10, 25, 22),
       utc(2025, 10, 26, 23)},
      {"no midnight", kSantiago, utc(2025, 9, 7, 12), utc(2025, 9, 7, 4), utc(2025, 9, 8, 3)},
      {"the day before it", kSantiago, utc(2025, 9, 7, 3), utc(2025, 9, 6, 4), utc(2025, 9, 7, 4)},
      {"23:00 twice, first", kSantiago, utc(2025, 4, 6, 2, 30), utc(2025, 4, 5, 3),
       utc(2025, 4, 6, 4)},
      {"23:00 twice, then", kSantiago, utc(2025, 4, 6, 3, 30), utc(2025, 4, 5, 3),
       utc(2025, 4, 6, 4)},
      {"behind the last offset", kZurich, utc(2070, 1, 1, 5), utc(2069, 12, 31, 23),
       utc(2070, 1, 1, 23)},
      {"before the first one", kZurich, utc(2010, 1, 1, 5), utc(2009, 12, 31, 23),
       utc(2010, 1, 1, 23)},
  };
  for (const Case& c : cases) {
    const LocalDay day = local_day(c.zone, c.instant);
    EXPECT_EQ(day.from, c.from) << c.what;
    EXPECT_EQ(day.to, c.to) << c.what;
  }
}

}  // namespace
}  // namespace syncline
