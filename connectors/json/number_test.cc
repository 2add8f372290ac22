#include "connectors/json/number.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace syncline {
namespace {

std::string written(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

std::string canonical(std::string_view number) {
  std::string out;
  append_canonical_number(out, number);
  return out;
}

TEST(JsonNumber, GrammarIsRfc8259) {
  for (const char* text : {"0", "-0", "1", "-1", "10", "0.0", "-0.5", "1.25", "1e1", "1E+1",
                           "1e-01", "0e0", "0.1e10", "123456789012345678901234567890", "1e400"}) {
    EXPECT_EQ(json_number_size(text), std::strlen(text)) << text;
  }
  for (const char* text : {"", "-", "+1", ".5", "-.5", "00", "01", "-01", "1.", "1.e1", "1e", "1e+",
                           "1e-", "e1", "NaN", "Infinity", "x"}) {
    EXPECT_EQ(json_number_size(text), 0u) << text;
  }
  EXPECT_EQ(json_number_size("1,2"), 1u);
  EXPECT_EQ(json_number_size("0x10"), 1u);
  EXPECT_EQ(json_number_size("1.5.5"), 3u);
}

TEST(JsonNumber, DoublesAreWrittenLikeJavaScript) {
  const std::pair<double, const char*> cases[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {1.0, "1"},
      {-1.5, "-1.5"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {100, "100"},
      {123456.789, "123456.789"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e300, "1.5e+300"},
      {0.000001, "0.000001"},
      {1e-7, "1e-7"},
      {1.25e-9, "1.25e-9"},
      {9007199254740993.0, "9007199254740992"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
      {std::numeric_limits<double>::infinity(), "null"},
      {-std::numeric_limits<double>::infinity(), "null"},
      {std::nan(""), "null"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(written(value), text);
}

TEST(JsonNumber, WrittenDoublesAreReadBack) {
  std::mt19937_64 random(754);
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = written(value);
    ASSERT_EQ(json_number_size(text), text.size()) << text;
    ASSERT_EQ(nearest_double(text), value) << text;
    ASSERT_EQ(canonical(text), text);
  }
}

TEST(JsonNumber, NearestDouble) {
  EXPECT_EQ(nearest_double("1.5"), 1.5);
  EXPECT_EQ(nearest_double("-0.1e1"), -1.0);
  EXPECT_EQ(nearest_double("123456789012345678901234567890"), 123456789012345678901234567890.0);
  EXPECT_EQ(nearest_double("1e400"), std::nullopt);
  EXPECT_EQ(nearest_double("-1e400"), std::nullopt);
  EXPECT_EQ(nearest_double("1e-400"), 0.0);
  EXPECT_EQ(nearest_double("-1e-400"), 0.0);
  EXPECT_EQ(nearest_double("0e99999999999999999999999"), 0.0);
  EXPECT_EQ(nearest_double("1e99999999999999999999999"), std::nullopt);
  EXPECT_EQ(nearest_double("1e-99999999999999999999999"), 0.0);
  EXPECT_EQ(nearest_double("-1e99999999999999999999999"), std::nullopt);
}

TEST(JsonNumber, ExactInteger) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"0", 0},
      {"-0", 0},
      {"-0.0e5", 0},
      {"42", 42},
      {"1.0", 1},
      {"1e3", 1000},
      {"1.25e2", 125},
      {"100e-2", 1},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"9223372036854775807.0", std::numeric_limits<std::int64_t>::max()},
  };
  for (const auto& [text, value] : cases) EXPECT_EQ(exact_integer(text), value) << text;
  for (const char* text : {"1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19",
                           "1e400", "1e99999999999999999999", "9223372036854775806.5"}) {
    EXPECT_EQ(exact_integer(text), std::nullopt) << text;
  }
}

TEST(JsonNumber, EqualNumbersHaveOneCanonicalForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"1", "1"},
      {"1.0", "1"},
      {"1e0", "1"},
      {"10E-1", "1"},
      {"0.1e+1", "1"},
      {"-0", "0"},
      {"-0.0e99999999999999999999", "0"},
      {"4.50", "4.5"},
      {"2e-3", "0.002"},
      {"1E30", "1e+30"},
      {"0.000000000000000000000000001", "1e-27"},
      {"333333333.33333329", "333333333.3333333"},  // a fraction is the double it stands for
      {"0.10000000000000001", "0.1"},
      {"9007199254740993", "9007199254740993"},  // an integer keeps every digit
      {"9007199254740993.0", "9007199254740993"},
      {"123456789012345678901234567890", "1.2345678901234567890123456789e+29"},
      {"1234567890123456789012345678900e-1", "1.2345678901234567890123456789e+29"},
      {"0.1000000000000000055", "0.1000000000000000055"},  // so does a long fraction
      {"1e400", "1e+400"},
      {"10e399", "1e+400"},
      {"1e-400", "1e-400"},
      {"-12.5e-401", "-1.25e-400"},
      {"1E99999999999999999999", "1e99999999999999999999"},
  };
  for (const auto& [text, form] : cases) EXPECT_EQ(canonical(text), form) << text;
}

// What is taken as it is written, against the same number with an exponent, which never is.
TEST(JsonNumber, ShortNumbersAreTheirOwnCanonicalForm) {
  std::mt19937_64 random(15);
  const auto digits = [&](std::size_t count) {
    std::string out;
    while (count-- > 0) out += static_cast<char>('0' + (random() % 2 == 0 ? 0 : random() % 10));
    return out;
  };
  for (int round = 0; round < 100'000; ++round) {
    std::string number = random() % 2 == 0 ? "" : "-";
    number += random() % 2 == 0 ? "0" : "7" + digits(random() % 18);
    if (random() % 2 == 0) number += "." + digits(1 + random() % 18);
    ASSERT_EQ(canonical(number), canonical(number + "e0")) << number;
  }
}

}  // namespace
}  // namespace syncline
