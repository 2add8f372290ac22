#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/authenticator.h"
#include "connectors/auth/jws.h"
#include "connectors/auth/sealed_text.h"
#include "connectors/auth/token.h"
#include "tests/fakes.h"

namespace syncline {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;
using Kind = Principal::Kind;

constexpr Access kUser{.rule = Access::Rule::user};
constexpr Access kOpen{.rule = Access::Rule::open};
constexpr Access kOpenInDev{.rule = Access::Rule::user, .open_in_dev = true};
constexpr std::string_view kName = "next-auth.session-token=";

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kKey = "key-of-the-writer";

AuthOptions options() {
  AuthOptions options;
  options.jwt_secret = kSecret;
  options.nextauth_secret = kSecret + "!";
  options.claims.issuer = "https://id.example.com";
  options.api_keys = {{"centcom", kKey, {"sessions:write"}, ""}};
  return options;
}

std::string claims(const std::string& more = "") {
  return R"({"sub":"42","exp":1700000060)" + more + "}";
}
std::string sealed(const std::string& payload, const std::string& secret = kSecret + "!") {
  return sealed_text(kNextAuthHeader, payload, nextauth_key(secret));
}
std::string signed_by_us(const std::string& payload) {
  return sign_payload(payload, Algorithm::hs256, kSecret);
}
const std::string kIssued = R"(,"iss":"https://id.example.com")";

class CookieTest : public testing::Test {
 protected:
  CookieTest() { clock.set(Time(seconds(1'700'000'000))); }

  void use(const AuthOptions& with) {
    authenticator = std::make_unique<Authenticator>(with, KeyRing(with), clock);
  }
  std::variant<Principal, Authenticator::Refusal> admit(const Headers& headers,
                                                        const Access& access = kUser) {
    Request request;
    request.headers = headers;
    return authenticator->admit(request, access);
  }
  // The user's id, or what is wrong.
  std::string who(const Headers& headers, const Access& access = kUser) {
    const auto answer = admit(headers, access);
    if (const auto* refusal = std::get_if<Authenticator::Refusal>(&answer)) return refusal->message;
    return std::get<Principal>(answer).id;
  }
  std::string by_cookie(const std::string& value, const Access& access = kUser) {
    return who({{"cookie", std::string(kName) + value}}, access);
  }
  Principal principal(const Headers& headers, const Access& access = kUser) {
    const auto answer = admit(headers, access);
    const auto* found = std::get_if<Principal>(&answer);
    EXPECT_NE(found, nullptr);
    return found ? *found : Principal{};
  }

  FakeClock clock;
  std::unique_ptr<Authenticator> authenticator =
      std::make_unique<Authenticator>(options(), KeyRing(options()), clock);
};

TEST_F(CookieTest, AnEncryptedOrASignedTokenIsAUsers) {
  for (const std::string& token : {sealed(claims()), signed_by_us(claims(kIssued))}) {
    const Principal user = principal({{"cookie", std::string(kName) + token}});
    EXPECT_EQ(user.id, "42");
    EXPECT_EQ(user.kind, Kind::user);
    EXPECT_TRUE(user.by_cookie);
    EXPECT_EQ(user.until, Time(seconds(1'700'000'060)));
    EXPECT_EQ(by_cookie(token), "42");  // from the cache
    EXPECT_EQ(by_cookie(token, kOpen), "42");
  }
}

TEST_F(CookieTest, InChunks) {
  const std::string token = sealed(claims());
  const std::string half = token.substr(0, token.size() / 2), rest = token.substr(half.size());
  EXPECT_EQ(who({{"cookie",
                  "next-auth.session-token.1=" + rest + "; next-auth.session-token.0=" + half}}),
            "42");
  EXPECT_THAT(who({{"cookie", "next-auth.session-token.0=" + half}}), HasSubstr("token"));
}

TEST_F(CookieTest, WhatIsRefused) {
  EXPECT_THAT(by_cookie(sealed(claims(), kSecret)), HasSubstr("not encrypted with this server's"));
  EXPECT_THAT(by_cookie(sealed(R"({"sub":"42"})")), HasSubstr("no `exp`"));
  EXPECT_THAT(by_cookie(sealed(R"({"exp":1700000060})")), HasSubstr("no `sub`"));
  EXPECT_THAT(by_cookie(sealed("42")), HasSubstr("not a JSON object"));
  EXPECT_THAT(by_cookie(signed_by_us(claims())), HasSubstr("another issuer"));
  EXPECT_THAT(by_cookie("nonsense"), HasSubstr("token of 3 parts"));
  EXPECT_THAT(by_cookie(kKey), HasSubstr("token of 3 parts"));  // an API key is no login
  EXPECT_THAT(by_cookie(std::string(9000, 'x')), HasSubstr("larger than 8 KiB"));
  EXPECT_THAT(who({{"cookie", "a=1; b=2"}}), HasSubstr("authentication required"));
  EXPECT_THAT(who({{"cookie", "next-auth.session-token=a; next-auth.session-token=b"}}),
              HasSubstr("that differ"));
  AuthOptions without = options();
  without.nextauth_secret.clear();
  use(without);
  EXPECT_THAT(by_cookie(sealed(claims())), HasSubstr("auth.nextauth_secret"));
}

TEST_F(CookieTest, ACookieDoesNotVouchForABearer) {
  const std::string token = sealed(claims());
  EXPECT_EQ(by_cookie(token), "42");
  EXPECT_THAT(who({{"authorization", "Bearer " + token}}), HasSubstr("3 parts"));
  EXPECT_THAT(who({{"x-api-key", token}}), HasSubstr("not known"));
}

TEST_F(CookieTest, AHeaderComesFirst) {
  const std::string cookie = std::string(kName) + sealed(claims());
  const std::string other = signed_by_us(R"({"sub":"7","exp":1700000060)" + kIssued + "}");
  const Principal user = principal({{"cookie", cookie}, {"authorization", "Bearer " + other}});
  EXPECT_EQ(user.id, "7");
  EXPECT_FALSE(user.by_cookie);
  EXPECT_THAT(who({{"cookie", cookie}, {"authorization", "Bearer nonsense"}}), HasSubstr("parts"));
}

TEST_F(CookieTest, ItExpires) {
  const std::string token = sealed(claims());
  EXPECT_EQ(by_cookie(token), "42");
  clock.set(Time(seconds(1'700'000'060)) - Duration(1));
  EXPECT_EQ(by_cookie(token), "42");
  clock.advance(Duration(1));
  EXPECT_THAT(by_cookie(token), HasSubstr("has expired"));
}

// A browser sends whatever it has for this address, of other programs as well.
TEST_F(CookieTest, ABadOneIsForgivenWhereNobodyNeedsToLogIn) {
  AuthOptions dev = options();
  dev.dev = true;
  use(dev);
  const Headers bad = {{"cookie", std::string(kName) + "nonsense"}};
  EXPECT_EQ(principal(bad, kOpenInDev).kind, Kind::dev);
  EXPECT_EQ(principal(bad, kOpen).kind, Kind::anonymous);
  EXPECT_THAT(who(bad), HasSubstr("3 parts"));
  EXPECT_EQ(by_cookie(sealed(claims()), kOpenInDev), "42");
}

TEST_F(CookieTest, NamesAreConfigured) {
  AuthOptions with = options();
  with.cookies = {"login"};
  use(with);
  EXPECT_EQ(who({{"cookie", "login=" + sealed(claims())}}), "42");
  EXPECT_THAT(by_cookie(sealed(claims())), HasSubstr("authentication required"));
}

TEST_F(CookieTest, NewKeysHoldForTokensThatWereVerifiedBefore) {
  const std::string token = signed_by_us(claims(kIssued));
  const Headers bearer = {{"authorization", "Bearer " + token}};
  EXPECT_EQ(who(bearer), "42");
  AuthOptions other = options();
  other.jwt_secret = "another secret of at least 32 bytes";
  authenticator->use(KeyRing(other));
  EXPECT_THAT(who(bearer), HasSubstr("signature is wrong"));
  EXPECT_THAT(by_cookie(token), HasSubstr("signature is wrong"));
  authenticator->use(KeyRing(options()));
  EXPECT_EQ(who(bearer), "42");
}

}  // namespace
}  // namespace syncline
