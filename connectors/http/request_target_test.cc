#include "connectors/http/request_target.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(PercentDecoded, DecodesOrRefuses) {
  const std::pair<std::string_view, std::optional<std::string>> cases[] = {
      {"", ""},
      {"abc", "abc"},
      {"a%20b", "a b"},
      {"session%2F1%2fa", "session/1/a"},
      {"a+b", "a+b"},
      {"%C3%A9", "\xC3\xA9"},
      {"%", std::nullopt},
      {"%2", std::nullopt},
      {"%2g", std::nullopt},
      {"%%20", std::nullopt},
      {"%00", std::nullopt},
      {"%C3", std::nullopt},
      {"%FF", std::nullopt},
      {"%C0%AF", std::nullopt},
      {"%ED%A0%80", std::nullopt},
  };
  for (const auto& [text, decoded] : cases) EXPECT_EQ(percent_decoded(text), decoded) << text;
}

TEST(SetTarget, TakesTheQueryApart) {
  Request request;
  ASSERT_TRUE(set_target(request, "/a?b=c", "/a", "b=1&c&d=%3D=+x&&b=2"));
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.target, "/a?b=c");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"b", "1"}, {"c", ""}, {"d", "== x"}, {"b", "2"}};
  EXPECT_EQ(request.query, expected);
  EXPECT_EQ(request.query_value("b"), "1");
  EXPECT_EQ(request.query_value("z"), std::nullopt);
}

TEST(SetTarget, RefusesAQueryThatDoesNotDecode) {
  Request request;
  EXPECT_FALSE(set_target(request, "/a?b=%", "/a", "b=%"));
  EXPECT_FALSE(set_target(request, "/a?%FF", "/a", "%FF"));
}

}  // namespace
}  // namespace syncline
