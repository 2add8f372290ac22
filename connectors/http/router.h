// From a request to a response: finds the route, asks who is there, keeps the rules that hold for
// all routes (an address's rate, 405 with Allow, CORS, ?min_position=, x-request-id,
// x-syncline-position, problem+json for what goes wrong), and counts. Routes are mounted at start;
// after that it is read-only and any thread may call it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "connectors/auth/authenticator.h"
#include "connectors/http/message.h"
#include "connectors/http/problem.h"
#include "connectors/rate/rate_limit.h"
#include "engine/engine.h"

namespace syncline {

// Why a request or a connection is refused before a route is found.
inline constexpr std::array<std::string_view, 9> kRefusedReasons = {
    "accept",          "bad_query", "bad_request", "failed", "limit",
    "request_timeout", "too_large", "truncated",   "unheard"};

class HttpMetrics {
 public:
  virtual ~HttpMetrics() = default;
  virtual void answered(const Request& request, std::string_view pattern, const Response& response,
                        std::chrono::nanoseconds took) = 0;
  virtual void failed(std::string_view pattern, std::string_view code) = 0;  // with a problem
  virtual void refused(std::string_view reason) = 0;  // one of kRefusedReasons
};

struct Route {
  Method method;
  std::string pattern;  // "/api/admin/users/{user_id}/centcom-sessions"; {name} is one segment
  Handler handler;
  std::size_t body_limit;          // bytes; over it: 413
  bool cors = false;               // OPTIONS is answered for the allowed origins
  RefusalBody refusals = nullptr;  // of everything at its path; else problem+json
  RateLimit* rate = nullptr;       // of each user; over it: 429. Outlives the router
  bool unmetered = false;          // not counted by RouterOptions::rate: a probe's
};

struct RouterOptions {
  std::vector<std::string> allowed_origins;
  std::optional<Rate> rate = {};  // of each address (rate/address_group.h), whatever it asks for
};

class Router {
 public:
  Router(RouterOptions options, Engine& engine, Authenticator& authenticator, HttpMetrics& metrics);
  ~Router();

  void mount(Route route);  // CHECKs that access_table.cc has a row for it
  // How large a body the route of this request takes; 0: none matches or none is taken.
  std::size_t body_limit(Method method, std::string_view path) const;
  boost::asio::awaitable<Response> answer(Request& request) const;
  // A refusal of this request that is not made here, in the shape of its path.
  void word(Response& refusal, const Request& request) const;
  // Gives a request its id; for those that are answered without a route.
  void identify(Request& request) const;
  std::vector<std::pair<Method, std::string>> routes() const;
  // The server is going: whoever waits for a min_position is answered now, as who asks later.
  void let_waiting_go() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
