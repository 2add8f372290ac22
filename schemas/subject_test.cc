#include "schemas/subject.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(Subject, EncodesEverythingButUnreserved) {
  EXPECT_EQ(make_subject("session", {"u1", "ext-1._~"}), "session/u1/ext-1._~");
  EXPECT_EQ(make_subject("session", {"u 1", "a/b"}), "session/u%201/a%2Fb");
  EXPECT_EQ(make_subject("presence", {"50%"}), "presence/50%25");
  EXPECT_EQ(make_subject("user", {"é"}), "user/%C3%A9");
  EXPECT_EQ(make_subject("user", {""}), "user/");
}

TEST(Subject, NoTwoEntitiesShareAName) {
  EXPECT_NE(make_subject("session", {"a/b", "c"}), make_subject("session", {"a", "b/c"}));
  EXPECT_NE(make_subject("session", {"a%2Fb", "c"}), make_subject("session", {"a/b", "c"}));
}

TEST(Subject, GivesBackItsSegments) {
  const auto segments = subject_segments(make_subject("session", {"u 1/%", "é"}));
  ASSERT_TRUE(segments);
  EXPECT_EQ(*segments, (std::vector<std::string>{"u 1/%", "é"}));
  EXPECT_EQ(*subject_segments("plain"), std::vector<std::string>{});
}

TEST(Subject, RefusesBrokenEncoding) {
  for (const char* text : {"%", "%1", "%zz", "a%2", "%2g"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
  EXPECT_EQ(percent_decode("a%2fb%41"), "a/bA");
}

}  // namespace
}  // namespace syncline
