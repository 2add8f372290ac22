#include "connectors/auth/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/signed_text.h"
#include "connectors/json/document.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr Time kNow{seconds(1'700'000'000)};

AuthOptions options() {
  AuthOptions options;
  options.jwt_secret = kSecret;
  return options;
}

Result<VerifiedToken> verify(std::string_view token, const AuthOptions& with = options(),
                             Time now = kNow) {
  JsonDocument json;
  return verify_token(token, KeyRing(with), with.claims, now, json);
}

// Signed right, with these claims beside an `exp` to come.
std::string token_of(const std::string& claims) {
  return signed_text(kHeader, R"({"exp":1700003600,)" + claims + "}", kSecret);
}

Principal principal_of(const std::string& claims, const AuthOptions& with = options()) {
  auto token = verify(token_of(claims), with);
  EXPECT_TRUE(token) << claims << ": " << token.error().message;
  return token ? token->principal : Principal{};
}

std::string fault_of(const std::string& token, const AuthOptions& with = options()) {
  const auto verified = verify(token, with);
  return verified ? "taken" : verified.error().message;
}

TEST(Token, TheExampleOfRfc7515) {
  AuthOptions with;
  with.jwt_secret = *from_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  with.claims.user = "iss";
  const auto token = verify(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      with, Time(seconds(1'300'819'000)));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->principal.id, "joe");
}

TEST(Token, MadeAndTakenUnderTheSameOptions) {
  AuthOptions with = options();
  with.claims.user = "uid";
  with.claims.role = "groups";
  with.claims.issuer = "https://id.example.com";
  with.claims.audience = "syncline";
  const auto token = make_token(with, "42", {"admin", "staff"}, seconds(60), kNow);
  ASSERT_TRUE(token);
  const auto verified = verify(*token, with);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->principal.id, "42");
  EXPECT_FALSE(verified->principal.id_is_number);
  EXPECT_THAT(verified->principal.roles, ElementsAre("admin", "staff"));
  EXPECT_EQ(verified->usable_until, kNow + seconds(60));
}

TEST(Token, MakingNeedsASecretASubjectAndALife) {
  EXPECT_FALSE(make_token(AuthOptions{}, "42", {}, seconds(60), kNow));
  EXPECT_FALSE(make_token(options(), "", {}, seconds(60), kNow));
  EXPECT_FALSE(make_token(options(), std::string(513, 'x'), {}, seconds(60), kNow));
  EXPECT_FALSE(make_token(options(), "42", {}, seconds(0), kNow));
  EXPECT_FALSE(make_token(options(), "42", {std::string(9000, 'x')}, seconds(60), kNow));
}

TEST(Token, Ids) {
  const struct {
    std::string claim, id;
    bool number;
  } taken[] = {{R"("42")", "42", false},
               {"42", "42", true},
               {"-7", "-7", true},
               {"12345678901234567890123", "12345678901234567890123", true},
               {R"("jos\u00e9")", "jos\xc3\xa9", false}};
  for (const auto& [claim, id, number] : taken) {
    const Principal principal = principal_of("\"sub\":" + claim);
    EXPECT_EQ(principal.id, id);
    EXPECT_EQ(principal.id_is_number, number) << claim;
    EXPECT_EQ(principal.kind, Principal::Kind::user);
  }
  for (const char* claim : {"4.5", "1e3", "true", "[]", "{}", "\"\"", "null"})
    EXPECT_THAT(fault_of(token_of("\"sub\":" + std::string(claim))), HasSubstr("`sub`")) << claim;
  EXPECT_THAT(fault_of(token_of(R"("sub":")" + std::string(513, 'x') + '"')), HasSubstr("512"));
  EXPECT_THAT(fault_of(token_of(R"("name":"x")")), HasSubstr("no `sub`"));
}

TEST(Token, Roles) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {R"("role":"admin")", {"admin"}},
      {R"("roles":["a","b"])", {"a", "b"}},
      {R"("roles":"admin")", {"admin"}},
      {R"("role":["a"])", {"a"}},
      {R"("role":"a","roles":["b"])", {"a", "b"}},
      {R"("role":"two words")", {"two words"}},
      {R"("role":null,"roles":[])", {}}};
  for (const auto& [claims, roles] : cases)
    EXPECT_EQ(principal_of(R"("sub":"1",)" + claims).roles, roles) << claims;
  for (const char* claims : {R"("role":1)", R"("roles":{"a":1})", R"("roles":["a",1])"})
    EXPECT_THAT(fault_of(token_of(R"("sub":"1",)" + std::string(claims))), HasSubstr("role"));

  AuthOptions with = options();
  with.claims.role = "groups";
  EXPECT_THAT(principal_of(R"("sub":"1","role":"admin","groups":["staff"])", with).roles,
              ElementsAre("staff"));
}

TEST(Token, ScopesTenantAndName) {
  const Principal one = principal_of(
      R"("sub":"1","scope":" events:read  events:write","tenant":"acme","name":"Ada")");
  EXPECT_THAT(one.scopes, ElementsAre("events:read", "events:write"));
  EXPECT_EQ(one.tenant, "acme");
  EXPECT_EQ(one.name, "Ada");
  const Principal other = principal_of(R"("sub":"1","scope":["events:read"],"name":null)");
  EXPECT_THAT(other.scopes, ElementsAre("events:read"));
  EXPECT_EQ(other.name, "");
  for (const char* claims : {R"("scope":1)", R"("tenant":1)", R"("name":[])"})
    EXPECT_THAT(fault_of(token_of(R"("sub":"1",)" + std::string(claims))),
                HasSubstr("the token's `"))
        << claims;
}

TEST(Token, Times) {
  const struct {
    std::string claims;
    std::string fault;
  } cases[] = {{R"("exp":1700000001)", "taken"},
               {R"("exp":1700000000)", "has expired"},  // now
               {R"("exp":1.6999e9)", "has expired"},
               {R"("exp":1700000000.5)", "taken"},
               {R"("exp":"1700003600")", "`exp` is not a time"},
               {R"("exp":null)", "`exp` is not a time"},
               {R"("exp":-1)", "`exp` is not a time"},
               {R"("exp":1e300)", "`exp` is not a time"},
               {R"("iat":1)", "no `exp`"},
               {R"("exp":1700003600,"nbf":1700000030)", "taken"},
               {R"("exp":1700003600,"nbf":1700000031)", "not valid yet"},
               {R"("exp":1700003600,"nbf":true)", "`nbf` is not a time"},
               {R"("exp":1700003600,"iat":1700000030)", "taken"},
               {R"("exp":1700003600,"iat":1700000031)", "not valid yet"},
               {R"("exp":1700003600,"iat":"now")", "`iat` is not a time"}};
  for (const auto& [claims, fault] : cases)
    EXPECT_THAT(fault_of(signed_text(kHeader, R"({"sub":"1",)" + claims + "}", kSecret)),
                HasSubstr(fault))
        << claims;
}

TEST(Token, Parties) {
  AuthOptions with = options();
  with.claims.issuer = "me";
  with.claims.audience = "you";
  const std::pair<std::string, std::string> cases[] = {
      {R"("iss":"me","aud":"you")", "taken"},
      {R"("iss":"me","aud":["him","you"])", "taken"},
      {R"("aud":"you")", "another issuer"},
      {R"("iss":"ME","aud":"you")", "another issuer"},
      {R"("iss":1,"aud":"you")", "`iss` is not a text"},
      {R"("iss":"me")", "audience"},
      {R"("iss":"me","aud":"your")", "audience"},
      {R"("iss":"me","aud":[])", "audience"},
      {R"("iss":"me","aud":7)", "`aud`"}};
  for (const auto& [claims, fault] : cases)
    EXPECT_THAT(fault_of(token_of(R"("sub":"1",)" + claims), with), HasSubstr(fault)) << claims;
}

TEST(Token, Headers) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"alg":"HS256"})", "taken"},
      {R"({"alg":"HS256","typ":"at+JWT","kid":"x"})", "taken"},
      {R"({"alg":"none"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"None"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"hs256"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"HS384"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"RS256"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"HS256\u0000"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":["HS256"]})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"typ":"JWT"})", "not signed with an algorithm that this server takes (HS256)"},
      {R"({"alg":"none","alg":"HS256"})", "header is not JSON: a name that the object already has"},
      {R"({"alg":"HS256","crit":["b64"],"b64":false})", "crit"},
      {R"({"alg":"HS256","typ":"JWE"})", "`typ`"},
      {R"({"alg":"HS256","typ":1})", "`typ`"},
      {R"(["HS256"])", "header is not a JSON object"},
      {R"({"alg":"HS256"} )", "taken"},
      {R"({"alg":"HS256"}x)", "header is not JSON: something behind the value"},
      {"", "header is not JSON: no value"},
      {"\xff", "header is not JSON: bytes that are not UTF-8"}};
  for (const auto& [header, fault] : cases)
    EXPECT_THAT(fault_of(signed_text(header, R"({"sub":"1","exp":1700003600})", kSecret)),
                HasSubstr(fault))
        << header;
}

TEST(Token, OtherHashesUnderTheSameKeyAreRefused) {
  const std::string payload = R"({"sub":"1","exp":1700003600})";
  for (const EVP_MD* hash : {EVP_sha1(), EVP_sha384(), EVP_sha512()})
    EXPECT_THAT(fault_of(signed_text(kHeader, payload, kSecret, hash)), HasSubstr("signature"));
  const std::string unsigned_text = base64url(R"({"alg":"none"})") + '.' + base64url(payload) + '.';
  EXPECT_THAT(fault_of(unsigned_text),
              HasSubstr("not signed with an algorithm that this server takes (HS256)"));
  EXPECT_THAT(fault_of(base64url(kHeader) + '.' + base64url(payload) + '.'),
              HasSubstr("signature"));
}

TEST(Token, OtherKeysAreRefused) {
  const std::string good = token_of(R"("sub":"1")");
  for (const std::string& key : {std::string(kSecret) + "x", std::string(kSecret.substr(1)),
                                 std::string("x"), "X" + std::string(kSecret.substr(1))}) {
    AuthOptions with;
    with.jwt_secret = key;
    EXPECT_THAT(fault_of(good, with), HasSubstr("signature")) << key;
  }
  EXPECT_THAT(fault_of(good, AuthOptions{}), HasSubstr("takes no tokens"));
}

TEST(Token, PayloadsThatAreNoObject) {
  constexpr const char* kTwice = "payload is not JSON: a name that the object already has";
  const std::pair<const char*, const char*> cases[] = {
      {"null", "payload is not a JSON object"},
      {"[]", "payload is not a JSON object"},
      {"\"x\"", "payload is not a JSON object"},
      {"", "payload is not JSON: "},
      {"{", "payload is not JSON: "},
      {R"({"sub":"1","exp":1700003600}})", "payload is not JSON: "},
      {"{\"sub\":\"\xff\"}", "payload is not JSON: bytes that are not UTF-8"},
      {R"({"sub":"1","sub":"2","exp":1700003600})", kTwice},
      {R"({"sub":"1","exp":1,"exp":1700003600})", kTwice}};
  for (const auto& [payload, fault] : cases)
    EXPECT_THAT(fault_of(signed_text(kHeader, payload, kSecret)), HasSubstr(fault)) << payload;
}

TEST(Token, CutAnywhereIsRefused) {
  const std::string good = token_of(R"("sub":"1")");
  ASSERT_EQ(fault_of(good), "taken");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(fault_of(good.substr(0, size)), "taken") << size;
    EXPECT_NE(fault_of(good.substr(good.size() - size)), "taken") << size;
  }
}

TEST(Token, AnyOtherBitIsRefused) {
  const std::string good = token_of(R"("sub":"1")");
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_NE(fault_of(bad), "taken") << at << ' ' << bit;
    }
}

TEST(Token, OnlyOneSpelling) {
  const std::string good = token_of(R"("sub":"1")");
  for (const std::string& bad :
       {good + '=', good + "==", good + '.', '.' + good, good + ".e30", ' ' + good, good + ' ',
        good + '\n', good + 'A', std::string(".."), std::string("a.b"), good + good})
    EXPECT_NE(fault_of(bad), "taken") << bad;
  for (std::size_t at = 0; at <= good.size(); ++at)
    for (const char extra : {' ', '=', '\n', '\0', '.'}) {
      std::string bad = good;
      bad.insert(at, 1, extra);
      EXPECT_NE(fault_of(bad), "taken") << at;
    }
}

TEST(Token, Size) {
  const auto padded = [](std::size_t size) {
    return token_of(R"("sub":"1","x":")" + std::string(size, 'x') + '"');
  };
  std::size_t fill = 5000;
  while (padded(fill).size() < limits::kTokenBytes) ++fill;
  ASSERT_EQ(padded(fill).size(), limits::kTokenBytes);
  EXPECT_EQ(fault_of(padded(fill)), "taken");
  EXPECT_THAT(fault_of(padded(fill + 1)), HasSubstr("larger than 8 KiB"));
  EXPECT_THAT(fault_of(std::string(1'000'000, '.')), HasSubstr("larger than 8 KiB"));
}

}  // namespace
}  // namespace syncline
