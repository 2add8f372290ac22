#include "connectors/json/time_text.h"

#include <cstdint>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace syncline {
namespace {

Time at(std::int64_t micros) { return Time(Duration(micros)); }

constexpr std::int64_t kNoon = 1758196800000000;  // 2025-09-18T12:00:00Z

TEST(TimeText, IsoIsRead) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00", 0},
      {"1970-01-01T00:00:00.000000Z", 0},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2025-09-18T12:00:00.000Z", kNoon},
      {"2025-09-18t12:00:00.000z", kNoon},
      {"2025-09-18 12:00:00Z", kNoon},
      {"2025-09-18T14:00:00+02:00", kNoon},
      {"2025-09-18T06:30:00-05:30", kNoon},
      {"2025-09-19T11:59:00+23:59", kNoon},
      {"2025-09-17T12:01:00-23:59", kNoon},
      {"2025-09-18T12:00:00+00:00", kNoon},
      {"2025-09-18T12:00:00-00:00", kNoon},
      {"2025-09-18T12:00:00.5Z", kNoon + 500000},
      {"2025-09-18T12:00:00.05Z", kNoon + 50000},
      {"2025-09-18T12:00:00.123456Z", kNoon + 123456},
      {"2025-09-18T12:00:00.1234569Z", kNoon + 123456},
      {"2025-09-18T12:00:00.12345678901234567890123456789Z", kNoon + 123456},
      {"2025-09-18T12:00:00.5", kNoon + 500000},
      {"2000-02-29T00:00:00Z", 951782400000000},
      {"2024-02-29T00:00:00Z", 1709164800000000},
      {"1900-02-28T00:00:00Z", -2203977600000000},
      {"0001-01-01T00:00:00Z", -62135596800000000},
      {"9999-12-31T23:59:59.999999Z", 253402300799999999},
      {"2016-12-31T23:59:60Z", 1483228800000000},  // a leap second is the next minute
      {"2016-12-31T23:59:60.25Z", 1483228800250000},
      {"2017-01-01T05:29:60+05:30", 1483228800000000},
  };
  for (const auto& [text, micros] : cases) EXPECT_EQ(from_iso(text), at(micros)) << text;
}

TEST(TimeText, OtherShapesAreRefused) {
  for (const char* text : {"",
                           "2025",
                           "2025-09-18",
                           "2025-09-18T12:00",
                           "2025-09-18T12:00Z",
                           "2025-09-18T12:00:00.Z",
                           "2025-09-18T12:00:00,5Z",
                           "2025-09-18T12:00:00.5.5Z",
                           "2025-09-18T12:00:00ZZ",
                           "2025-09-18T12:00:00Z ",
                           " 2025-09-18T12:00:00Z",
                           "2025-09-18  12:00:00Z",
                           "2025-09-18_12:00:00Z",
                           "2025-9-18T12:00:00Z",
                           "25-09-18T12:00:00Z",
                           "12025-09-18T12:00:00Z",
                           "+2025-09-18T12:00:00Z",
                           "-025-09-18T12:00:00Z",
                           "2025/09/18T12:00:00Z",
                           "20250918T120000Z",
                           "2025-09-18T1200:00Z",
                           "2025-W38-4T12:00:00Z",
                           "2025-09-18T12:00:00+2:00",
                           "2025-09-18T12:00:00+02",
                           "2025-09-18T12:00:00+0200",
                           "2025-09-18T12:00:00+02:0",
                           "2025-09-18T12:00:00+02:00Z",
                           "2025-09-18T12:00:00 +02:00",
                           "2025-09-18T12:00:00 UTC",
                           "2025-09-18T12:00:-1Z",
                           "2025-09-18T12:00:00.-5Z",
                           "now",
                           "1758196800000"}) {
    EXPECT_EQ(from_iso(text), std::nullopt) << '"' << text << '"';
  }
  EXPECT_EQ(from_iso(std::string_view("2025-09-18T12:00:00Z\0", 21)), std::nullopt);
}

TEST(TimeText, DaysThatDoNotExistAreRefused) {
  for (const char* text :
       {"2025-00-18T12:00:00Z",      "2025-13-18T12:00:00Z", "2025-09-00T12:00:00Z",
        "2025-09-31T12:00:00Z",      "2025-02-29T12:00:00Z", "1900-02-29T12:00:00Z",
        "2100-02-29T12:00:00Z",      "2024-02-30T12:00:00Z", "2025-09-18T24:00:00Z",
        "2025-09-18T12:60:00Z",      "2025-09-18T12:00:61Z", "2025-09-18T12:00:00+24:00",
        "2025-09-18T12:00:00+12:60", "0000-12-31T12:00:00Z",
        "0001-01-01T00:00:00+00:01",  // year 0000 in UTC
        "9999-12-31T23:59:59-00:01",  // year 10000 in UTC
        "9999-12-31T23:59:60Z",       // the same by a leap second
        "2016-12-31T12:00:60Z",      "2016-12-31T23:58:60Z", "2016-12-31T23:59:60+01:00"}) {
    EXPECT_EQ(from_iso(text), std::nullopt) << text;
  }
}

TEST(TimeText, IsoIsWritten) {
  EXPECT_EQ(to_iso(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(at(kNoon)), "2025-09-18T12:00:00.000Z");
  EXPECT_EQ(to_iso(at(kNoon + 1999)), "2025-09-18T12:00:00.001Z");
  EXPECT_EQ(to_iso(at(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso_exact(at(-1)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_iso_exact(at(kNoon)), "2025-09-18T12:00:00.000Z");
  EXPECT_EQ(to_iso_exact(at(kNoon + 120000)), "2025-09-18T12:00:00.120Z");
  EXPECT_EQ(to_iso_exact(at(kNoon + 1999)), "2025-09-18T12:00:00.001999Z");
  EXPECT_EQ(to_iso_exact(at(kNoon + 1)), "2025-09-18T12:00:00.000001Z");
}

TEST(TimeText, TimesOutsideAreWrittenAsTheNearestInside) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(to_iso(at(kMin)), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso_exact(at(kMax)), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_iso(at(-62135596800000001)), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(at(253402300800000000)), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, WhatIsWrittenIsReadBack) {
  std::mt19937_64 random(3339);
  std::uniform_int_distribution<std::int64_t> micros(-62135596800000000, 253402300799999999);
  for (int i = 0; i < 20'000; ++i) {
    const Time time = at(micros(random));
    ASSERT_EQ(from_iso(to_iso_exact(time)), time) << to_iso_exact(time);
    ASSERT_EQ(from_iso(to_iso(time)), std::chrono::floor<std::chrono::milliseconds>(time));
  }
}

TEST(TimeText, HttpDateIsRead) {
  EXPECT_EQ(from_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), at(784111777000000));
  EXPECT_EQ(from_http_date("Thu, 18 Sep 2025 12:00:00 GMT"), at(kNoon));
  EXPECT_EQ(from_http_date("Thu, 29 Feb 2024 00:00:00 GMT"), at(1709164800000000));
  EXPECT_EQ(from_http_date("Sat, 31 Dec 2016 23:59:60 GMT"), at(1483228800000000));
}

TEST(TimeText, OtherHttpDatesAreRefused) {
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Mon, 06 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, 6 Nov 1994 08:49:37 GMT ",
                           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Wed, 29 Feb 2023 00:00:00 GMT", "unM, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 anF 1994 08:49:37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT",
                           "Sat, 01 Jan 0000 00:00:00 GMT", "2025-09-18T12:00:00.0000000Z"}) {
    EXPECT_EQ(from_http_date(text), std::nullopt) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace syncline
