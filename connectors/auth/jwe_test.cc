#include "connectors/auth/jwe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/sealed_text.h"
#include "connectors/json/document.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using testing::HasSubstr;

const std::string kSecret = "0123456789abcdef0123456789abcdef";

std::string opened(const std::string& token, const std::string& secret = kSecret) {
  JsonDocument json;
  const auto payload = decrypted_payload(token, nextauth_key(secret), json);
  return payload ? *payload : payload.error().message;
}

std::string sealed(std::string_view header, std::string_view payload = "{}") {
  return sealed_text(header, payload, nextauth_key(kSecret));
}

TEST(Jwe, WhatNextAuthWrites) {
  // By next-auth 4.24.11: encode({token: {name, email, sub, role}, secret, maxAge: 3600}).
  const std::string token =
      "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..0eKQYJ_JZAkS8OlA."
      "6_AsvjSwylZ77UdStjvzJeZ6Lyq1iTvQW4CuBWLUHtMtN8pLtxi2xVv1WWvZ3u2uk6cDW1P2XaHq1bu58oJGYrszbk69"
      "3ni0XY_uTt5-Yqni2QwWQQc7q3J-en3LOdkExU1BgAi7bnJ8NBqFN_yuiZbpIdDlW2jfHeKqEzX0ajoUZRdwpSXoWb_Z"
      "LpPPjSomkg.MYCvTSlOR4pSk4FWcf8jVQ";
  EXPECT_THAT(opened(token),
              testing::StartsWith(R"({"name":"Ada","email":"ada@example.com","sub":"42",)"
                                  R"("role":"admin","iat":)"));
  EXPECT_THAT(opened(token, kSecret + "!"), HasSubstr("not encrypted with this server's"));
}

TEST(Jwe, HeadersThatAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"alg":"dir","enc":"A256GCM"})", "{}"},
      {R"({"alg":"dir","enc":"A256GCM","kid":"x","typ":"JWT","jwk":{}})", "{}"},
      {R"({"alg":"dir","enc":"A128GCM"})", "not encrypted with `dir` and A256GCM"},
      {R"({"alg":"dir","enc":"A256CBC-HS512"})", "not encrypted with `dir`"},
      {R"({"alg":"A256KW","enc":"A256GCM"})", "not encrypted with `dir`"},
      {R"({"alg":"Dir","enc":"A256GCM"})", "not encrypted with `dir`"},
      {R"({"enc":"A256GCM"})", "not encrypted with `dir`"},
      {R"({"alg":"dir"})", "not encrypted with `dir`"},
      {R"({"alg":"HS256"})", "not encrypted with `dir`"},
      {R"({"alg":"dir","enc":"A256GCM","zip":"DEF"})", "`zip`"},
      {R"({"alg":"dir","enc":"A256GCM","crit":["x"],"x":1})", "`crit`"},
      {R"({"alg":"dir","enc":"A256GCM","typ":"JOSE"})", "`typ`"},
      {R"({"alg":"dir","enc":"A256GCM","kid":1})", "`kid`"},
      {R"({"alg":"RSA1_5","alg":"dir","enc":"A256GCM"})", "a name that the object already has"},
      {"[]", "is not a JSON object"},
      {"", "is not JSON"}};
  for (const auto& [header, said] : cases)
    EXPECT_THAT(opened(sealed(header)), HasSubstr(said)) << header;
}

TEST(Jwe, AnyOtherBitIsRefused) {
  const std::string good = sealed(kNextAuthHeader, R"({"sub":"42"})");
  ASSERT_EQ(opened(good), R"({"sub":"42"})");
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_THAT(opened(bad), testing::Not(HasSubstr("42"))) << at << ' ' << bit;
    }
}

TEST(Jwe, PartsMustBeWhole) {
  const std::string good = sealed(kNextAuthHeader, R"({"sub":"42"})");
  const std::size_t nonce = good.find("..") + 2, text = good.find('.', nonce) + 1,
                    tag = good.rfind('.') + 1;
  const auto with = [&](std::size_t begin, std::size_t end, const std::string& part) {
    return good.substr(0, begin) + part + good.substr(end);
  };
  // A tag that is shorter, though its bits be right, is a weaker promise (RFC 7518, 5.3).
  const std::string damaged = "the encrypted token is damaged";
  EXPECT_EQ(
      opened(with(tag, good.size(), base64url(from_base64url(good.substr(tag))->substr(0, 12)))),
      damaged);
  EXPECT_EQ(opened(with(tag, good.size(), "")), damaged);
  EXPECT_EQ(opened(with(nonce, text - 1, "")), damaged);
  EXPECT_EQ(opened(with(nonce, text - 1, base64url("sixteen bytes it"))), damaged);
  EXPECT_EQ(opened(with(text, tag - 1, "=")), damaged);
  EXPECT_THAT(opened(with(nonce - 1, nonce - 1, "AAAA")), HasSubstr("brings a key"));
  EXPECT_THAT(opened(with(text, tag - 1, "")), HasSubstr("not encrypted with this server's"));
  for (const std::string& other : {std::string(), std::string("...."), std::string("a.b.c"),
                                   good + '.', good + ".e30", good + '=', ' ' + good, good + '\n'})
    EXPECT_THAT(opened(other), testing::Not(HasSubstr("42"))) << other;
  EXPECT_EQ(opened(sealed(kNextAuthHeader, "")), "");
  EXPECT_THAT(opened(sealed(kNextAuthHeader, std::string(limits::kTokenBytes, 'x'))),
              HasSubstr("larger than 8 KiB"));
}

}  // namespace
}  // namespace syncline
