#include "ops/cli/logs.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

constexpr Time kTime{std::chrono::milliseconds(1'758'233'370'123)};

TEST(LogLine, ForAPerson) {
  EXPECT_EQ(log_line(LogFormat::human, kTime, LogLevel::info, "listening",
                     {{"address", "127.0.0.1:3594"}, {"data", "a b"}, {"empty", ""}}),
            "2025-09-18T22:09:30.123Z info listening address=127.0.0.1:3594 data=\"a b\" "
            "empty=\"\"");
}

TEST(LogLine, AsJson) {
  EXPECT_EQ(log_line(LogFormat::json, kTime, LogLevel::warning, "slow commit",
                     {{"events", std::uint64_t{3}}, {"seconds", 1.5}, {"why", "3"}}),
            R"({"time":"2025-09-18T22:09:30.123Z","level":"warning","msg":"slow commit",)"
            R"("events":3,"seconds":1.5,"why":"3"})");
}

// What comes from outside cannot make a second line.
TEST(LogLine, IsOneLine) {
  for (const LogFormat format : {LogFormat::human, LogFormat::json}) {
    const auto line = log_line(format, kTime, LogLevel::error, "x", {{"why", "a\nb\r\x1b[2J"}});
    EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos) << line;
  }
}

TEST(LogNames, AreReadBack) {
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    EXPECT_EQ(log_level(name(level)), level);
  }
  EXPECT_EQ(log_level("loud"), std::nullopt);
  EXPECT_EQ(log_format("json"), LogFormat::json);
  EXPECT_EQ(log_format("xml"), std::nullopt);
}

}  // namespace
}  // namespace syncline
