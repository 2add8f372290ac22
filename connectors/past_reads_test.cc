#include "connectors/past_reads.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(ReadAsked, APlainNumberIsAPositionAnythingElseATime) {
  EXPECT_EQ(read_asked("1"), Asked(Position(1)));
  EXPECT_EQ(read_asked("18446744073709551615"), Asked(Position(UINT64_MAX)));
  EXPECT_EQ(read_asked("1970-01-01T00:00:01.5Z"), Asked(Time(std::chrono::milliseconds(1500))));
  EXPECT_EQ(read_asked("1970-01-01T02:00:00+02:00"), Asked(Time()));
  for (const char* neither : {"", "0", "-1", "+1", "1.5", "1 ", "now", "18446744073709551616",
                              "1970-01-01", "1970-02-30T00:00:00Z"}) {
    EXPECT_EQ(read_asked(neither), std::nullopt) << neither;
  }
}

}  // namespace
}  // namespace syncline
