#include "connectors/events/mirrored_wait.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Query = std::vector<std::pair<std::string, std::string>>;
using Wait = std::optional<Duration>;

std::variant<Wait, Response> waits(Query query, std::string prefer = "") {
  Request request;
  request.query = std::move(query);
  if (!prefer.empty()) request.headers.emplace_back("prefer", std::move(prefer));
  return mirrored_wait(request);
}

TEST(MirroredWait, ByTheQuery) {
  const std::pair<const char*, Wait> cases[] = {
      {"0s", seconds(0)},  {"10s", seconds(10)}, {"250ms", milliseconds(250)},
      {"1m", seconds(60)}, {"5m", seconds(60)},  {"1h", seconds(60)},
      {"0d", seconds(0)},  {"1d", seconds(60)},  {"18446744073709551615ms", seconds(60)}};
  for (const auto& [text, wait] : cases) {
    EXPECT_EQ(std::get<Wait>(waits({{"wait", "mirrored"}, {"timeout", text}})), wait) << text;
  }
  EXPECT_EQ(std::get<Wait>(waits({{"wait", "mirrored"}})), seconds(10));
  EXPECT_EQ(std::get<Wait>(waits({{"timeout", "5s"}})), std::nullopt);
  EXPECT_EQ(std::get<Wait>(waits({})), std::nullopt);
}

TEST(MirroredWait, ByAPreference) {
  const std::pair<const char*, Wait> cases[] = {{"mirrored", seconds(10)},
                                                {"mirrored, wait=3", seconds(3)},
                                                {"respond-async,wait=3 , Mirrored", seconds(3)},
                                                {"MIRRORED,WAIT = 3", seconds(3)},
                                                {"mirrored, wait=soon", seconds(10)},
                                                {"mirrored, wait", seconds(10)},
                                                {"mirrored, wait=100000", seconds(60)},
                                                {"wait=3", std::nullopt},
                                                {"unmirrored, wait=3", std::nullopt},
                                                {",", std::nullopt}};
  for (const auto& [text, wait] : cases) {
    EXPECT_EQ(std::get<Wait>(waits({}, text)), wait) << text;
  }
  EXPECT_EQ(std::get<Wait>(waits({{"wait", "mirrored"}, {"timeout", "1s"}}, "mirrored, wait=3")),
            seconds(1));
  EXPECT_EQ(std::get<Wait>(waits({{"timeout", "1s"}}, "mirrored, wait=3")), seconds(1));
}

TEST(MirroredWait, AQueryThatSaysNothingIsRefused) {
  for (const char* value : {"", "10", "s", "-1s", "1.5s", "10 s", "10S", "18446744073709551616s"}) {
    const auto refused = waits({{"timeout", value}});
    ASSERT_TRUE(std::holds_alternative<Response>(refused)) << value;
    EXPECT_EQ(std::get<Response>(refused).status, 400);
  }
  for (const char* value : {"", "durable", "MIRRORED"}) {
    EXPECT_TRUE(std::holds_alternative<Response>(waits({{"wait", value}}))) << value;
  }
}

}  // namespace
}  // namespace syncline
