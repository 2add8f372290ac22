#include "connectors/auth/session_cookie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syncline {
namespace {

const std::vector<std::string> kNames = {"__Secure-s", "s"};

// "none", the value, or what is wrong.
std::string found(const std::vector<std::string>& cookies) {
  Request request;
  request.headers = {{"x-other", "s=no"}};
  for (const std::string& text : cookies) request.headers.emplace_back("cookie", text);
  const auto cookie = session_cookie(request, kNames);
  if (!cookie) return cookie.error().message;
  return cookie->value_or("none");
}

TEST(SessionCookie, IsFound) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{}, "none"},
      {{""}, "none"},
      {{";;; ; ="}, "none"},
      {{"s"}, "none"},
      {{"s="}, "none"},
      {{"S=a; xs=b; s1=c; s.x=d"}, "none"},
      {{"s=a"}, "a"},
      {{"a=1; s=a.b.c; z=2"}, "a.b.c"},
      {{"  s=a  ;b=1"}, "a"},
      {{"s=a=b=="}, "a=b=="},
      {{"a=1", "s=a"}, "a"},
      {{"s=a; __Secure-s=b"}, "b"},  // the first of the names, not of the cookies
      {{"s=a; s=a"}, "a"},
      {{"s=; s=a"}, "a"},
      {{"s.0=a; s.1=b; s.2=c"}, "abc"},
      {{"s.2=c; s.0=a; s.1=b"}, "abc"},
      {{"s.0=a; s.2=c"}, "a"},  // what is behind the gap belongs to an older login
      {{"s.1=b"}, "none"},
      {{"s=whole; s.0=a; s.1=b"}, "whole"},
      {{"s.0=a; __Secure-s.0=b; __Secure-s.1=c"}, "bc"},
      {{"s.00=a; s.01=b"}, "none"}};
  for (const auto& [cookies, value] : cases)
    EXPECT_EQ(found(cookies), value) << testing::PrintToString(cookies);
  std::string chunks, joined;
  for (int i = 0; i < 12; ++i) {
    chunks += "s." + std::to_string(i) + '=' + std::to_string(i) + "; ";
    joined += std::to_string(i);
  }
  EXPECT_EQ(found({chunks}), joined);
}

TEST(SessionCookie, TwoThatDifferAreNone) {
  for (const std::vector<std::string>& cookies : std::vector<std::vector<std::string>>{
           {"s=a; s=b"}, {"s=a", "s=b"}, {"s.0=a; s.1=b; s.1=c"}, {"__Secure-s=a; __Secure-s=b"}})
    EXPECT_THAT(found(cookies), testing::HasSubstr("that differ; remove them"));
}

}  // namespace
}  // namespace syncline
