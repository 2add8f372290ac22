#include "connectors/http/request_target.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(PercentDecoded, DecodesOrRefuses) {
  const std::pair<std::string_view, std::string> taken[] = {
      {"", ""},       {"abc", "abc"},         {"a%20b", "a b"}, {"session%2F1%2fa", "session/1/a"},
      {"a+b", "a+b"}, {"%C3%A9", "\xC3\xA9"},
  };
  for (const auto& [text, decoded] : taken) EXPECT_EQ(percent_decoded(text).value(), decoded);
  for (const char* text : {"%", "%2", "%2g", "%%20", "%C3", "%FF", "%C0%AF", "%ED%A0%80"}) {
    EXPECT_EQ(percent_decoded(text).error().message, "is not percent-encoded UTF-8") << text;
  }
  EXPECT_TRUE(percent_decoded("a%00").error().message.starts_with("has a NUL"));
}

TEST(SetTarget, TakesTheQueryApart) {
  Request request;
  ASSERT_TRUE(set_target(request, "/a?b=c", "/a", "b=1&c&d=%3D=+x&&B=2"));
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.target, "/a?b=c");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"b", "1"}, {"c", ""}, {"d", "== x"}, {"B", "2"}};
  EXPECT_EQ(request.query, expected);
  EXPECT_EQ(request.query_value("b"), "1");
  EXPECT_EQ(request.query_value("z"), std::nullopt);
}

TEST(SetTarget, RefusesAQueryThatDoesNotDecode) {
  Request request;
  EXPECT_FALSE(set_target(request, "/a?b=%", "/a", "b=%"));
  EXPECT_FALSE(set_target(request, "/a?%FF", "/a", "%FF"));
  const auto nul = set_target(request, "/a?b=%00", "/a", "b=%00");
  EXPECT_TRUE(nul.error().message.starts_with("the query has a NUL"));
}

TEST(AsItArrived, TellsOfAPlusWhereThereIsASpace) {
  EXPECT_EQ(as_it_arrived("noon"), "; it arrived as \"noon\"");
  EXPECT_EQ(as_it_arrived("12:00 01:00"),
            "; it arrived as \"12:00 01:00\": in a query + is a space, and %2B is a +");
}

TEST(SetTarget, RefusesAParameterThatIsThereTwice) {
  Request request;
  for (const char* query : {"b&a=1&b", "b=1&b=1", "%62=1&c&b=2"}) {
    const auto twice = set_target(request, "/a", "/a", query);
    ASSERT_FALSE(twice) << query;
    EXPECT_EQ(twice.error().message, "the query gives `b` more than once; give it once");
  }
}

}  // namespace
}  // namespace syncline
