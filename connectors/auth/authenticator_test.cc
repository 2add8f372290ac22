#include "connectors/auth/authenticator.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/token.h"
#include "connectors/auth/token_cache.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;
using Kind = Principal::Kind;

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kWriter = "key-of-the-writer";
const std::string kLonger = kWriter + "-and-more";  // begins like the writer's

class HandClock final : public Clock {
 public:
  Time now() override { return time; }
  Time time{seconds(1'700'000'000)};
};

AuthOptions options() {
  AuthOptions options;
  options.jwt_secret = kSecret;
  options.api_keys = {{"centcom", kWriter, {"sessions:write"}, "acme"},
                      {"reader", kLonger, {"events:read"}, ""}};
  return options;
}

constexpr Access kSync{.rule = Access::Rule::scope, .scope = "sessions:write", .open_in_dev = true};
constexpr Access kRead{.rule = Access::Rule::scope, .scope = "events:read"};
constexpr Access kAdmin{.rule = Access::Rule::admin};
constexpr Access kUser{.rule = Access::Rule::user};
constexpr Access kOpen{.rule = Access::Rule::open};

class AuthenticatorTest : public testing::Test {
 protected:
  std::variant<Principal, Authenticator::Refusal> admit(const Headers& headers,
                                                        const Access& access) {
    Request request;
    request.peer = std::to_string(++peers);  // each from an address of its own
    request.headers = headers;
    return authenticator->admit(request, access);
  }
  void use(const AuthOptions& with) {
    authenticator = std::make_unique<Authenticator>(with, KeyRing(with), clock);
  }

  // 200, or the status of the refusal.
  int status(const Headers& headers, const Access& access) {
    const auto answer = admit(headers, access);
    const auto* refusal = std::get_if<Authenticator::Refusal>(&answer);
    return refusal ? refusal->status : 200;
  }
  Principal principal(const Headers& headers, const Access& access) {
    const auto answer = admit(headers, access);
    const auto* found = std::get_if<Principal>(&answer);
    EXPECT_NE(found, nullptr);
    return found ? *found : Principal{};
  }
  std::string token(const std::vector<std::string>& roles, seconds ttl = seconds(60)) {
    return *make_token(options(), "42", roles, ttl, clock.time);
  }

  HandClock clock;
  int peers = 0;
  std::unique_ptr<Authenticator> authenticator =
      std::make_unique<Authenticator>(options(), KeyRing(options()), clock);
};

Headers bearer(const std::string& text) { return {{"authorization", "Bearer " + text}}; }
Headers api_key(const std::string& text) { return {{"x-api-key", text}}; }

TEST_F(AuthenticatorTest, WhoMayWhat) {
  const std::string user = token({}), admin = token({"admin"});
  const struct {
    Headers headers;
    int open, user, admin, sync, read;
  } cases[] = {{{}, 200, 401, 401, 401, 401},
               {bearer(user), 200, 200, 403, 403, 403},
               {bearer(admin), 200, 200, 200, 200, 200},
               {api_key(kWriter), 200, 403, 403, 200, 403},
               {bearer(kWriter), 200, 403, 403, 200, 403},
               {api_key(kLonger), 200, 403, 403, 403, 200},
               {api_key(admin), 200, 401, 401, 401, 401},  // a token is no key
               {bearer("nonsense"), 200, 401, 401, 401, 401},
               {api_key("nonsense"), 200, 401, 401, 401, 401},
               {{{"authorization", "Basic YTpi"}}, 200, 401, 401, 401, 401}};
  int row = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(row++);
    EXPECT_EQ(status(c.headers, kOpen), c.open);
    EXPECT_EQ(status(c.headers, kUser), c.user);
    EXPECT_EQ(status(c.headers, kAdmin), c.admin);
    EXPECT_EQ(status(c.headers, kSync), c.sync);
    EXPECT_EQ(status(c.headers, kRead), c.read);
  }
}

TEST_F(AuthenticatorTest, PrincipalOfAKey) {
  const Principal key = principal(api_key(kWriter), kSync);
  EXPECT_EQ(key.kind, Kind::api_key);
  EXPECT_EQ(key.id, "centcom");
  EXPECT_EQ(key.tenant, "acme");
  EXPECT_TRUE(key.has_scope("sessions:write"));
  EXPECT_FALSE(key.has_scope("sessions"));
}

TEST_F(AuthenticatorTest, AUsersTokenWithoutScopesIsAsGoodAsTheScopeWhereTheRuleSaysSo) {
  constexpr Access kUserOrScope{.rule = Access::Rule::user_or_scope, .scope = "sessions:write"};
  EXPECT_EQ(status(bearer(token({})), kUserOrScope), 200);
  EXPECT_EQ(status(bearer(token({})), kSync), 403);
  EXPECT_EQ(status(api_key(kWriter), kUserOrScope), 200);
  EXPECT_EQ(status({}, kUserOrScope), 401);
}

TEST_F(AuthenticatorTest, OpenRoutesKnowWhoAsksAndForgiveBadCredentials) {
  EXPECT_EQ(principal(bearer(token({})), kOpen).id, "42");
  EXPECT_EQ(principal(bearer("nonsense"), kOpen).kind, Kind::anonymous);
  EXPECT_EQ(principal({}, kOpen).kind, Kind::anonymous);
}

TEST_F(AuthenticatorTest, KeysAreComparedWhole) {
  for (std::size_t size = 0; size < kLonger.size(); ++size)
    if (size != kWriter.size()) {
      EXPECT_EQ(status(bearer(kLonger.substr(0, size)), kSync), 401) << size;
    }
  EXPECT_EQ(status(api_key(kWriter + "x"), kSync), 401);
  EXPECT_EQ(status(api_key(""), kSync), 401);
  std::string upper = kWriter;
  upper[0] = 'K';
  EXPECT_EQ(status(api_key(upper), kSync), 401);
}

TEST_F(AuthenticatorTest, Schemes) {
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "})
    EXPECT_EQ(status({{"authorization", scheme + kWriter}}, kSync), 200) << scheme;
  for (const char* scheme : {"", "Bearer", "Bearer:", "Bearer\t", "Token ", "Bearers "})
    EXPECT_EQ(status({{"authorization", scheme + kWriter}}, kSync), 401) << scheme;
  EXPECT_EQ(status({{"authorization", ""}}, kSync), 401);
  EXPECT_EQ(status({{"authorization", "Bearer"}}, kSync), 401);
}

TEST_F(AuthenticatorTest, TwoCredentialsMustBeOne) {
  const auto both = [](const std::string& token, const std::string& key) {
    return Headers{{"authorization", "Bearer " + token}, {"x-api-key", key}};
  };
  EXPECT_EQ(status(both(kWriter, kWriter), kSync), 200);
  EXPECT_EQ(status(both(kWriter, kLonger), kSync), 401);
  EXPECT_EQ(status(both(token({"admin"}), kWriter), kSync), 401);
  EXPECT_EQ(status({{"x-api-key", kWriter}, {"x-api-key", kLonger}}, kSync), 401);
  EXPECT_EQ(status({{"authorization", "Bearer " + kWriter}, {"authorization", "Bearer x"}}, kSync),
            401);
}

TEST_F(AuthenticatorTest, DevNeedsNoLoginWhereTheRowSaysSo) {
  AuthOptions dev = options();
  dev.dev = true;
  use(dev);
  EXPECT_EQ(principal({}, kSync).kind, Kind::dev);
  EXPECT_EQ(principal(bearer(token({})), kSync).id, "42");  // whom dev lets in, it lets in
  EXPECT_EQ(status(bearer("nonsense"), kSync), 401);
  EXPECT_EQ(status({}, kRead), 401);
  EXPECT_EQ(status({}, kAdmin), 401);
}

TEST_F(AuthenticatorTest, ConfigurationOpensAScope) {
  AuthOptions with = options();
  with.open_scopes = {"sessions:write"};
  use(with);
  EXPECT_EQ(principal({}, kSync).kind, Kind::anonymous);
  EXPECT_EQ(status(bearer("nonsense"), kSync), 200);
  EXPECT_EQ(status(api_key(kLonger), kSync), 200);
  EXPECT_EQ(status({}, kRead), 401);
}

TEST_F(AuthenticatorTest, CachedTokensExpireByTheClock) {
  const std::string text = token({"admin"});
  EXPECT_EQ(status(bearer(text), kRead), 200);
  EXPECT_EQ(status(bearer(text), kRead), 200);
  clock.time += seconds(59);
  EXPECT_EQ(status(bearer(text), kRead), 200);
  clock.time += seconds(1);
  EXPECT_EQ(status(bearer(text), kRead), 401);
  clock.time -= seconds(1);  // a clock that is set back
  EXPECT_EQ(status(bearer(text), kRead), 200);
  clock.time -= seconds(1000);  // before it was issued
  EXPECT_EQ(status(bearer(text), kRead), 401);
}

TEST_F(AuthenticatorTest, ACachedTokenDoesNotVouchForAnother) {
  const std::string text = token({"admin"});
  EXPECT_EQ(status(bearer(text), kRead), 200);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string bad = text;
    bad[at] = bad[at] == 'A' ? 'B' : 'A';
    if (bad != text) {
      EXPECT_EQ(status(bearer(bad), kRead), 401) << at;
    }
  }
}

TEST_F(AuthenticatorTest, FailedLoginsAreLimitedPerAddress) {
  const auto from = [&](const std::string& peer, const Headers& headers, const Access& access) {
    Request request;
    request.peer = peer;
    request.headers = headers;
    const auto answer = authenticator->admit(request, access);
    const auto* refusal = std::get_if<Authenticator::Refusal>(&answer);
    EXPECT_EQ(refusal != nullptr && refusal->retry_after.has_value(),
              refusal != nullptr && refusal->status == 429);
    return refusal ? refusal->status : 200;
  };
  const Headers wrong[] = {bearer("nonsense"), api_key("nonsense"), bearer(token({}) + "A"),
                           bearer(std::string(9000, 'x'))};
  for (unsigned i = 0; i < limits::kFailedLoginsPerMinute; ++i)
    EXPECT_EQ(from("10.0.0.1", wrong[i % 4], kSync), 401) << i;
  for (const Headers& headers : wrong) EXPECT_EQ(from("10.0.0.1", headers, kSync), 429);
  // Whoever is right is let in, and who is only not allowed, or late, hears that.
  EXPECT_EQ(from("10.0.0.1", api_key(kWriter), kSync), 200);
  EXPECT_EQ(from("10.0.0.1", bearer(token({})), kUser), 200);
  EXPECT_EQ(from("10.0.0.1", api_key(kWriter), kAdmin), 403);
  EXPECT_EQ(from("10.0.0.1", {}, kSync), 401);
  const std::string late = token({}, seconds(1));
  clock.time += seconds(1);
  EXPECT_EQ(from("10.0.0.1", bearer(late), kSync), 401);
  EXPECT_EQ(from("10.0.0.1", wrong[0], kOpen), 200);
  EXPECT_EQ(from("10.0.0.2", wrong[0], kSync), 401);
  clock.time += seconds(2);
  for (unsigned i = 0; i < 3 * limits::kFailedLoginsPerMinute / 60; ++i)  // flow back in 3 s
    EXPECT_EQ(from("10.0.0.1", wrong[0], kSync), 401) << i;
  EXPECT_EQ(from("10.0.0.1", wrong[0], kSync), 429);
}

TEST_F(AuthenticatorTest, FailedLoginsOfAnIPv6NetworkCountTogether) {
  const auto from = [&](const std::string& peer) {
    Request request;
    request.peer = peer;
    request.headers = api_key("nonsense");
    const auto answer = authenticator->admit(request, kSync);
    return std::get<Authenticator::Refusal>(answer).status;
  };
  for (unsigned i = 0; i < limits::kFailedLoginsPerMinute; ++i)
    EXPECT_EQ(from("2001:db8::" + std::to_string(i + 1)), 401) << i;
  EXPECT_EQ(from("2001:db8::ffff"), 429);
  EXPECT_EQ(from("2001:db8:0:1::1"), 401);
  const auto told = authenticator->refused_logins();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].address, "2001:db8::/64");
  EXPECT_EQ(told[0].attempts[static_cast<std::size_t>(WrongCredential::unknown_key)], 1U);
  EXPECT_EQ(told[0].total(), 1U);
}

TEST(TokenCache, IsBounded) {
  TokenCache cache(10);
  auto token = std::make_shared<VerifiedToken>();
  token->usable_until = Time(seconds(100));
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    cache.keep(text, token);
    EXPECT_EQ(cache.find(text, Time(seconds(99))), token);
    EXPECT_EQ(cache.find(text + "0", Time(seconds(99))), nullptr);
    ASSERT_LE(cache.size(), 10U);
  }
  EXPECT_EQ(cache.find("999", Time(seconds(100))), nullptr);
  EXPECT_EQ(cache.find("999", Time(seconds(99))), nullptr);  // forgotten
}

TEST(AccessTable, RowsAreUniqueAndClosedUnlessNamedHere) {
  EXPECT_EQ(find_access(Method::get, "/v1/nothing"), nullptr);
  EXPECT_EQ(find_access(Method::post, "/healthz"), nullptr);
  for (const char* path : {"/healthz", "/readyz", "/openapi.yaml"})
    EXPECT_EQ(find_access(Method::get, path)->access.rule, Access::Rule::open);
  std::set<std::pair<Method, std::string_view>> seen;
  std::set<std::string_view> open, open_in_dev;
  for (const AccessRow& row : access_table()) {
    EXPECT_TRUE(seen.emplace(row.method, row.pattern).second) << row.pattern;
    if (row.access.rule == Access::Rule::open) open.insert(row.pattern);
    if (row.access.open_in_dev) open_in_dev.insert(row.pattern);
    const bool scoped =
        row.access.rule == Access::Rule::scope || row.access.rule == Access::Rule::user_or_scope;
    EXPECT_EQ(scoped, !row.access.scope.empty()) << row.pattern;
  }
  EXPECT_THAT(open,
              testing::ElementsAre("/api/stats/health", "/api/stats/history", "/api/stats/modules",
                                   "/api/stats/stream", "/healthz", "/openapi.yaml", "/readyz"));
  EXPECT_THAT(open_in_dev, testing::ElementsAre("/api/admin/sessions",
                                                "/api/admin/users/{user_id}/centcom-sessions",
                                                "/api/centcom/sessions/sync", "/metrics"));
}

}  // namespace
}  // namespace syncline
