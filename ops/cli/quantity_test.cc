#include "ops/cli/quantity.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;

TEST(Quantity, Durations) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"0s", 0},       {"250ms", 250},      {"10s", 10'000},
      {"5m", 300'000}, {"24h", 86'400'000}, {"36500d", 3'153'600'000'000}};
  for (const auto& [text, ms] : cases) EXPECT_EQ(*duration_from(text), milliseconds(ms)) << text;
  for (const char* text : {"", "5", "m", "5 m", " 5m", "5M", "-5m", "+5m", "1.5h", "5min", "5m5",
                           "36501d", "18446744073709551615d", "99999999999999999999s"})
    EXPECT_FALSE(duration_from(text)) << text;
}

TEST(Quantity, Sizes) {
  const std::pair<const char*, std::uint64_t> cases[] = {{"0B", 0},
                                                         {"17B", 17},
                                                         {"4KiB", 4096},
                                                         {"64MiB", 64ULL << 20},
                                                         {"8388607TiB", 8388607ULL << 40}};
  for (const auto& [text, bytes] : cases) EXPECT_EQ(*size_from(text), bytes) << text;
  for (const char* text : {"", "64", "64MB", "64mib", "MiB", "64 MiB", "-1B", "8388608TiB"})
    EXPECT_FALSE(size_from(text)) << text;
}

TEST(Quantity, Rates) {
  const auto rate = rate_from("120/m");
  ASSERT_TRUE(rate);
  EXPECT_EQ(rate->count, 120U);
  EXPECT_EQ(rate->per, std::chrono::seconds(60));
  for (const char* text : {"", "120", "120/", "/m", "0/m", "120/d", "120/m ", "1000000001/s"})
    EXPECT_FALSE(rate_from(text)) << text;
}

TEST(Quantity, ListenAddresses) {
  const struct {
    const char* text;
    const char* host;
    int port;
    bool loopback;
    const char* back;
  } cases[] = {{"127.0.0.1:3594", "127.0.0.1", 3594, true, "127.0.0.1:3594"},
               {"127.1.2.3:0", "127.1.2.3", 0, true, "127.1.2.3:0"},
               {"localhost:80", "127.0.0.1", 80, true, "127.0.0.1:80"},
               {"[::1]:3594", "::1", 3594, true, "[::1]:3594"},
               {"0.0.0.0:65535", "0.0.0.0", 65535, false, "0.0.0.0:65535"},
               {"[::]:1", "::", 1, false, "[::]:1"}};
  for (const auto& c : cases) {
    const auto address = listen_address_from(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
    EXPECT_EQ(address->loopback(), c.loopback) << c.text;
    EXPECT_EQ(address->text(), c.back);
  }
  for (const char* text :
       {"", "3594", ":3594", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:3594", "[::1]",
        "[127.0.0.1]:1", "example.com:80", "127.0.0.1:80x", "256.0.0.1:80", "127.evil:80"})
    EXPECT_FALSE(listen_address_from(text)) << text;
}

TEST(Quantity, Networks) {
  for (const char* text : {"10.0.0.0/8", "127.0.0.1", "::1/128", "fd00::/8", "0.0.0.0/0"})
    EXPECT_TRUE(is_network(text)) << text;
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "x/8", "1.1.1.1/8 "})
    EXPECT_FALSE(is_network(text)) << text;
}

}  // namespace
}  // namespace syncline
