#include "connectors/http/router.h"

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/token.h"
#include "connectors/http/request_target.h"
#include "connectors/http/test_engine.h"

namespace syncline {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    Router& r = on.router;
    r.mount({Method::get, "/healthz", says("healthy"), 0});
    r.mount({Method::get, "/v1/events", says("list"), 0});
    r.mount({Method::post, "/v1/events", says("made"), 100});
    r.mount({Method::get, "/v1/events/{position}", answers([](const Request& q) {
               Response response;
               response.body = q.param("position");
               return response;
             }),
             0});
    r.mount({Method::get, "/v1/events/stream", says("stream"), 0});
    r.mount({Method::get, "/openapi.yaml", answers([](const Request&) -> Response {
               throw std::runtime_error("the secret inside");
             }),
             0});
    r.mount({Method::post, "/api/centcom/sessions/sync", says("synced"), 100, true});
    r.mount({.method = Method::get,
             .pattern = "/v1/subjects/{subject}/history",
             .handler = says("history"),
             .body_limit = 0,
             .refusals = in_words,
             .rate = &rate});
  }

  Response ask(Method method, const std::string& target,
               std::vector<std::pair<std::string, std::string>> headers = {}) {
    request = {};
    request.method = method;
    const std::size_t mark = target.find('?');
    EXPECT_TRUE(set_target(request, target, target.substr(0, mark),
                           mark == std::string::npos ? "" : target.substr(mark + 1)));
    request.headers = std::move(headers);
    request.peer = peer;
    asio::io_context io;
    auto answer = asio::co_spawn(io, router->answer(request), asio::use_future);
    io.run();
    return answer.get();
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return "";
  }

  static std::string in_words(int status, std::string_view detail) {
    return std::to_string(status) + ": " + std::string(detail);
  }

  RateLimit rate{Rate{2, std::chrono::seconds(10)}};
  TestEngine on;
  Router* router = &on.router;
  std::string peer = "192.0.2.1";
  Request request;
};

const std::pair<std::string, std::string> kOperator = {"x-api-key", "the operator's key in tests"};

TEST_F(RouterTest, FindsTheMostSpecificRoute) {
  EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator}).body, "list");
  EXPECT_EQ(ask(Method::post, "/v1/events", {kOperator}).body, "made");
  EXPECT_EQ(ask(Method::get, "/v1/events/stream", {kOperator}).body, "stream");
  EXPECT_EQ(ask(Method::get, "/v1/events/a%2Fb", {kOperator}).body, "a/b");
}

TEST_F(RouterTest, AnswersWhatIsNotThere) {
  for (const char* path : {"/", "/healthz/", "/healthz/x", "/v1", "/v1/events/", "/v1/events/1/2",
                           "//healthz", "/HEALTHZ", "/v1/../healthz"}) {
    const Response response = ask(Method::get, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(response.body, HasSubstr("\"code\":\"not_found\""));
    EXPECT_TRUE(response.position.has_value());
    EXPECT_FALSE(request.id.empty());
  }
  EXPECT_EQ(on.metrics.answers("unmatched 404"), 9);
}

TEST_F(RouterTest, NamesTheMethodsThatAreTaken) {
  for (const Method method : {Method::del, Method::patch, Method::put, Method::other}) {
    const Response response = ask(method, "/v1/events");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header(response, "allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_THAT(response.body, HasSubstr("\"code\":\"method_not_allowed\""));
  }
  const Response options = ask(Method::options, "/v1/events");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header(options, "allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask(Method::options, "*").status, 204);
  EXPECT_EQ(ask(Method::other, "").status, 405);
}

TEST_F(RouterTest, ServesHeadByGet) { EXPECT_EQ(ask(Method::head, "/healthz").status, 200); }

TEST_F(RouterTest, RefusesParametersThatDoNotDecode) {
  EXPECT_EQ(ask(Method::get, "/v1/events/%FF", {kOperator}).status, 400);
  EXPECT_EQ(ask(Method::get, "/v1/events/%2", {kOperator}).status, 400);
  EXPECT_THAT(ask(Method::get, "/v1/events/%00", {kOperator}).body, HasSubstr("has a NUL"));
  EXPECT_THAT(ask(Method::get, "/nowhere/%00").body, HasSubstr("has a NUL"));
}

TEST_F(RouterTest, TakesNoPackedBodies) {
  for (const char* coding : {"gzip", "identity, br"}) {
    const Response response =
        ask(Method::post, "/v1/events", {kOperator, {"content-encoding", coding}});
    EXPECT_EQ(response.status, 415) << coding;
    EXPECT_EQ(header(response, "accept-encoding"), "identity");
    EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator, {"content-encoding", coding}}).status, 200)
        << "it takes no body";
    EXPECT_EQ(ask(Method::post, "/v1/events", {{"content-encoding", coding}}).status, 401);
  }
  for (const char* coding : {"", "identity", "IDENTITY"}) {
    EXPECT_EQ(ask(Method::post, "/v1/events", {kOperator, {"content-encoding", coding}}).status,
              200);
  }
}

TEST_F(RouterTest, AsksWhoIsThere) {
  const Response nobody = ask(Method::get, "/v1/events");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_THAT(header(nobody, "www-authenticate"), HasSubstr("Bearer"));
  EXPECT_EQ(nobody.content_type, "application/problem+json");
  EXPECT_EQ(
      ask(Method::get, "/v1/events", {{"x-api-key", "the key of centcom in these tests"}}).status,
      403);
  EXPECT_EQ(ask(Method::post, "/api/centcom/sessions/sync",
                {{"x-api-key", "the key of centcom in these tests"}})
                .status,
            200);
  EXPECT_EQ(request.principal.id, "centcom");
}

TEST_F(RouterTest, SaysInTheChallengeWhyACredentialIsNone) {
  const std::string bare = "Bearer realm=\"syncline\"";
  const auto challenge = [&](const std::string& path, const std::string& credential) {
    return header(ask(Method::get, path, {{"authorization", credential}}), "www-authenticate");
  };
  const auto invalid = [&](const std::string& why) {
    return bare + ", error=\"invalid_token\", error_description=\"" + why + "\"";
  };
  const std::string expired =
      "Bearer " +
      make_token(TestEngine::keys(), "u", {}, std::chrono::seconds(1), Time(std::chrono::hours(1)))
          .value();
  EXPECT_EQ(header(ask(Method::get, "/v1/events"), "www-authenticate"), bare);
  // In the problem's shape and in a path's own.
  for (const char* path : {"/v1/events", "/v1/subjects/a/history"}) {
    EXPECT_EQ(challenge(path, expired), invalid("the token has expired"));
    EXPECT_EQ(challenge(path, "Basic YTpi"),
              invalid("the Authorization header must be `Bearer` and a token or API key"));
  }

  AuthOptions odd = TestEngine::keys();
  odd.claims.user = "\"\\\xC3\xA9";
  Authenticator authenticator(odd, KeyRing(odd), on.clock);
  Router other({}, *on.engine, authenticator, on.metrics);
  other.mount({Method::get, "/v1/events", says("list"), 0});
  router = &other;
  on.clock.set(Time(std::chrono::hours(1)));
  EXPECT_EQ(challenge("/v1/events", expired), invalid("the token has no `''''`")) << "quoted";
}

TEST_F(RouterTest, TellsNothingOfWhatAHandlerThrew) {
  const Response response = ask(Method::get, "/openapi.yaml");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("\"code\":\"internal\""));
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_EQ(on.metrics.answers("/openapi.yaml 500"), 1);
}

TEST_F(RouterTest, AnswersPreflights) {
  const std::pair<std::string, std::string> origin = {"origin", "http://localhost:3003"};
  const Response allowed =
      ask(Method::options, "/api/centcom/sessions/sync",
          {origin, {"access-control-request-headers", "content-type,x-other"}});
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(header(allowed, "access-control-allow-origin"), "http://localhost:3003");
  EXPECT_EQ(header(allowed, "access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_EQ(header(allowed, "access-control-allow-headers"), "content-type,x-other");
  EXPECT_EQ(header(allowed, "access-control-max-age"), "600");
  EXPECT_EQ(header(allowed, "vary"), "Origin");

  const Response other =
      ask(Method::options, "/api/centcom/sessions/sync", {{"origin", "http://evil.example"}});
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(header(other, "access-control-allow-origin"), "");
  EXPECT_EQ(header(other, "vary"), "Origin");

  const Response refused = ask(Method::post, "/api/centcom/sessions/sync", {origin});
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(header(refused, "access-control-allow-origin"), "http://localhost:3003");
  EXPECT_EQ(header(ask(Method::get, "/healthz", {origin}), "access-control-allow-origin"), "");
}

TEST_F(RouterTest, TakesASaneRequestId) {
  ask(Method::get, "/healthz", {{"x-request-id", "a.B_9-"}});
  EXPECT_EQ(request.id, "a.B_9-");
  std::vector<std::string> made;
  for (const std::string& bad : {std::string(), std::string("a b"), std::string(129, 'a'),
                                 std::string("a\"b"), std::string("\xC3\xA9")}) {
    ask(Method::get, "/healthz", {{"x-request-id", bad}});
    EXPECT_NE(request.id, bad);
    EXPECT_EQ(request.id.size(), 16u);
    EXPECT_EQ(std::count(made.begin(), made.end(), request.id), 0);
    made.push_back(request.id);
  }
}

TEST_F(RouterTest, AnswersWithThePositionItStandsFor) {
  EXPECT_EQ(ask(Method::get, "/healthz").position, Position(0));
  on.append_one();
  EXPECT_EQ(ask(Method::get, "/healthz").position, Position(1));
}

TEST_F(RouterTest, RefusesABadMinPosition) {
  for (const char* text : {"", "x", "-1", "1.0", "+1", "1x", "18446744073709551616"}) {
    const Response response = ask(Method::get, "/healthz?min_position=" + std::string(text));
    EXPECT_EQ(response.status, 400) << text;
  }
}

TEST_F(RouterTest, WaitsForMinPosition) {
  EXPECT_EQ(ask(Method::get, "/healthz?min_position=0").status, 200);
  std::thread writer([this] {
    for (int i = 0; i < 3; ++i) on.append_one();
  });
  const Response response = ask(Method::get, "/healthz?min_position=3");
  writer.join();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.position, Position(3));
}

TEST_F(RouterTest, KnowsHowMuchARouteTakes) {
  EXPECT_EQ(on.router.body_limit(Method::post, "/v1/events"), 100u);
  EXPECT_EQ(on.router.body_limit(Method::get, "/v1/events"), 0u);
  EXPECT_EQ(on.router.body_limit(Method::post, "/nowhere"), 0u);
}

TEST_F(RouterTest, MountsNothingWithoutARowInTheAccessTable) {
  GTEST_FLAG_SET(death_test_style,
                 "threadsafe");  // the engine has threads: a fork must not keep them
  EXPECT_DEATH(on.router.mount({Method::get, "/no/row", says(""), 0}), "access");
}

TEST_F(RouterTest, RefusesInTheShapeOfThePath) {
  const std::string path = "/v1/subjects/a/history";
  const Response nobody = ask(Method::get, path);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.content_type, "application/json");
  EXPECT_THAT(nobody.body, testing::StartsWith("401: authentication required"));
  EXPECT_FALSE(header(nobody, "www-authenticate").empty());
  EXPECT_THAT(ask(Method::put, path, {kOperator}).body, testing::StartsWith("405: "));
  EXPECT_THAT(ask(Method::get, "/v1/subjects/%zz/history", {kOperator}).body,
              testing::StartsWith("400: the path "));
  EXPECT_EQ(ask(Method::get, path, {kOperator}).body, "history");
  Response elsewhere = problem(413, "too_large", "the body is too large");
  on.router.word(elsewhere, request);
  EXPECT_EQ(elsewhere.body, "413: the body is too large");
}

TEST_F(RouterTest, KeepsEachAddressToItsRate) {
  Router limited({.allowed_origins = {}, .rate = Rate{3, std::chrono::seconds(9)}}, *on.engine,
                 on.authenticator, on.metrics);
  limited.mount({Method::get, "/v1/events", says("list"), 0});
  limited.mount({.method = Method::get,
                 .pattern = "/v1/subjects/{subject}/history",
                 .handler = says("history"),
                 .body_limit = 0,
                 .refusals = in_words});
  limited.mount({.method = Method::get,
                 .pattern = "/healthz",
                 .handler = says("healthy"),
                 .body_limit = 0,
                 .unmetered = true});
  router = &limited;
  EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator}).status, 200);
  EXPECT_EQ(ask(Method::get, "/v1/events").status, 401) << "whoever asks counts";
  EXPECT_EQ(ask(Method::get, "/nowhere").status, 404) << "whatever it asks for";
  for (const char* path : {"/v1/events", "/nowhere"}) {
    const Response refused = ask(Method::get, path, {kOperator});
    EXPECT_EQ(refused.status, 429) << path;
    EXPECT_EQ(header(refused, "retry-after"), "3");
    EXPECT_THAT(refused.body, HasSubstr("\"code\":\"address_rate_limited\""));
  }
  EXPECT_EQ(on.metrics.failures("/v1/events address_rate_limited"), 1);
  EXPECT_THAT(ask(Method::get, "/v1/subjects/a/history").body, testing::StartsWith("429: "));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(Method::get, "/healthz").status, 200);
  peer = "192.0.2.2";
  EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator}).status, 200);
  peer = "::ffff:192.0.2.1";
  EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator}).status, 429) << "the same address";
  on.clock.advance(std::chrono::seconds(3));
  EXPECT_EQ(ask(Method::get, "/v1/events", {kOperator}).status, 200);
}

TEST_F(RouterTest, KeepsEachUserToTheRate) {
  const std::string path = "/v1/subjects/a/history";
  const std::pair<std::string, std::string> other = {"authorization", "Bearer no key of ours"};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask(Method::get, path, {kOperator}).status, 200);
  const Response refused = ask(Method::get, path, {kOperator});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "retry-after"), "5");
  EXPECT_EQ(on.metrics.failures("/v1/subjects/{subject}/history rate_limited"), 1);
  EXPECT_EQ(ask(Method::get, path, {other}).status, 401) << "who is nobody uses nobody's rate";
  on.clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(ask(Method::get, path, {kOperator}).status, 200);
}

TEST_F(RouterTest, AWriteByCookieNeedsAnOriginWeKnow) {
  const std::string token =
      make_token(TestEngine::keys(), "42", {}, std::chrono::seconds(60), on.clock.now()).value();
  const std::pair<std::string, std::string> cookie = {"cookie", "next-auth.session-token=" + token},
                                            bearer = {"authorization", "Bearer " + token};
  const auto from = [](const std::string& origin) { return std::pair("origin", origin); };
  const char* sync = "/api/centcom/sessions/sync";
  for (const std::vector<std::pair<std::string, std::string>>& headers :
       std::vector<std::vector<std::pair<std::string, std::string>>>{
           {cookie},
           {cookie, from("")},
           {cookie, from("null")},
           {cookie, from("http://localhost:3003/")},
           {cookie, from("https://localhost:3003")},
           {cookie, from("http://localhost:3003.evil.example")},
           {cookie, {"referer", "http://localhost:3003"}}}) {
    const Response refused = ask(Method::post, sync, headers);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("origin_not_allowed"));
  }
  EXPECT_EQ(ask(Method::post, sync, {cookie, from("http://localhost:3003")}).body, "synced");
  EXPECT_TRUE(request.principal.by_cookie);
  EXPECT_EQ(ask(Method::post, sync, {bearer}).body, "synced");
  EXPECT_EQ(ask(Method::post, sync, {bearer, cookie, from("http://evil.example")}).body, "synced");
  EXPECT_EQ(ask(Method::get, "/healthz", {cookie, from("http://evil.example")}).body, "healthy");
  EXPECT_EQ(request.principal.id, "42");
}

}  // namespace
}  // namespace syncline
