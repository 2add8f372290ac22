#include "connectors/http/router.h"

#include <algorithm>
#include <charconv>
#include <variant>

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/http/applied_watch.h"
#include "connectors/http/cors.h"
#include "connectors/http/guard.h"
#include "connectors/http/problem.h"
#include "connectors/http/request_ids.h"
#include "connectors/http/request_target.h"
#include "connectors/http/route_table.h"
#include "connectors/rate/address_group.h"
#include "engine/limits.h"

namespace syncline {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::string_view kNoPattern = "unmatched";
constexpr std::string_view kAllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

bool writes(Method method) {
  return method != Method::get && method != Method::head && method != Method::options;
}

std::optional<Position> position_in(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return Position(value);
}

Response method_not_allowed(std::string_view allow) {
  Response response = problem(405, "method_not_allowed",
                              "this path does not take the method; Allow names those it takes");
  response.headers.emplace_back("allow", allow);
  return response;
}

// RFC 6750, 3: why the credential that came is none; whoever sent none hears of no error. A body
// whose shape a contract fixes has no place for it.
std::string challenge(const Authenticator::Refusal& refusal) {
  constexpr std::string_view kScheme = "Bearer realm=\"syncline\"";
  if (refusal.no_credential) return std::string(kScheme);
  std::string why = refusal.message;
  std::ranges::replace_if(
      why, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; }, '\'');
  return std::string(kScheme) + ", error=\"invalid_token\", error_description=\"" + why + '"';
}

Response refusal_response(const Authenticator::Refusal& refusal) {
  const std::string_view code = refusal.status == 401   ? "unauthorized"
                                : refusal.status == 403 ? "forbidden"
                                                        : "too_many_failed_logins";
  Response response = problem(refusal.status, code, refusal.message);
  if (refusal.status == 401) response.headers.emplace_back("www-authenticate", challenge(refusal));
  if (refusal.retry_after)
    response.headers.emplace_back("retry-after", std::to_string(refusal.retry_after->count()));
  return response;
}

Response over_rate(std::string_view code, std::string_view what, std::chrono::seconds wait) {
  const std::string seconds = std::to_string(wait.count());
  Response response =
      problem(429, code, std::string(what) + "; send the next one in " + seconds + " s");
  response.headers.emplace_back("retry-after", seconds);
  return response;
}

Response no_content(std::string_view allow) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("allow", allow);
  return response;
}

Response bad_path(const Error& error) {
  return problem(400, "bad_path", "the path " + error.message);
}

// RFC 9110, 15.5.16. Nobody behind this unpacks a body: it would be kept as it came, packed.
std::optional<Response> coding_fault(const Request& request) {
  for (const auto& [name, value] : request.headers) {
    if (name != "content-encoding" || value.empty()) continue;
    if (equals_ignoring_case(value, "identity")) continue;
    Response refused = problem(415, "unsupported_media_type",
                               "a body in a Content-Encoding is not taken; send it as it is");
    refused.headers.emplace_back("accept-encoding", "identity");
    return refused;
  }
  return std::nullopt;
}

Response not_reached() {
  return problem(409, "position_not_reached",
                 "min_position is not in the views, and did not come: is it of this log?");
}

// What is answered where no path matches.
Response unmatched(const Request& request) {
  if (request.path == "*") return no_content(kAllMethods);
  if (request.path.empty()) return method_not_allowed(kAllMethods);  // CONNECT
  if (const auto path = percent_decoded(request.path); !path) return bad_path(path.error());
  return problem(404, "not_found", "there is nothing at this path");
}

}  // namespace

struct Router::State {
  Engine& engine;
  Authenticator& authenticator;
  HttpMetrics& metrics;
  Cors cors;
  RouteTable table;
  mutable RequestIds ids;
  AppliedWatch watch;
  std::unique_ptr<RateLimit> address_rate;  // nullptr: none

  State(RouterOptions options, Engine& e, Authenticator& a, HttpMetrics& m)
      : engine(e),
        authenticator(a),
        metrics(m),
        cors(std::move(options.allowed_origins)),
        ids(e.rng()),
        watch(e) {
    if (options.rate) address_rate = std::make_unique<RateLimit>(*options.rate);
  }

  std::optional<std::chrono::seconds> wait_of(const Request& request,
                                              const MountedRoute* mounted) const;

  std::optional<Response> refuse(const Request& request, const MountedRoute& mounted,
                                 Principal& principal) const;
  std::variant<const Handler*, Response> admit(Request& request, const MountedPath* path) const;
  asio::awaitable<std::optional<Response>> wait_for_min_position(std::string_view text) const;
};

// How long the address has to wait; nullopt: not at all.
std::optional<std::chrono::seconds> Router::State::wait_of(const Request& request,
                                                           const MountedRoute* mounted) const {
  if (!address_rate || (mounted && mounted->route.unmetered)) return std::nullopt;
  return address_rate->take(address_group(request.peer), engine.clock().now());
}

// Who is there, and may they? nullopt: yes.
std::optional<Response> Router::State::refuse(const Request& request, const MountedRoute& mounted,
                                              Principal& principal) const {
  auto admitted = authenticator.admit(request, mounted.access->access);
  if (const auto* refusal = std::get_if<Authenticator::Refusal>(&admitted))
    return refusal_response(*refusal);
  principal = std::move(std::get<Principal>(admitted));
  // A browser sends its cookie wherever it is told to: a write needs an origin we know.
  if (principal.by_cookie && writes(request.method) && !cors.allows(request.header("origin")))
    return problem(403, "origin_not_allowed",
                   "a write that a cookie authenticates needs an Origin that "
                   "server.allowed_origins names");
  return std::nullopt;
}

asio::awaitable<std::optional<Response>> Router::State::wait_for_min_position(
    std::string_view text) const {
  const auto wanted = position_in(text);
  if (!wanted) co_return problem(400, "bad_min_position", "min_position is a position: digits");
  if (engine.applied() >= *wanted) co_return std::nullopt;
  if (wanted->value - engine.applied().value > limits::kMinPositionAhead) co_return not_reached();
  AppliedWatch::Place place(co_await asio::this_coro::executor);
  std::function<bool()> never = [] { return false; };
  co_await watch.wait_beyond(place, Position(wanted->value - 1), limits::kMinPositionDeadline,
                             std::move(never));
  if (engine.applied() >= *wanted) co_return std::nullopt;
  if (watch.lets_all_go()) {
    Response stopping = problem(503, "stopping", "the server is stopping; ask again");
    stopping.headers.emplace_back("retry-after", "1");
    co_return stopping;
  }
  co_return not_reached();
}

// Who answers the request; or the answer, where no handler is asked.
std::variant<const Handler*, Response> Router::State::admit(Request& request,
                                                            const MountedPath* path) const {
  const MountedRoute* mounted = path ? path->find(request.method) : nullptr;
  if (const auto wait = wait_of(request, mounted))
    return over_rate("address_rate_limited", "too many requests from this address", *wait);
  if (!path) return unmatched(request);
  if (!mounted && request.method == Method::options)
    return path->cors ? cors.preflight(request, path->allow) : no_content(path->allow);
  if (!mounted) return method_not_allowed(path->allow);
  if (const auto params = RouteTable::decode_params(*path, request); !params)
    return bad_path(params.error());
  if (auto refused = refuse(request, *mounted, request.principal)) return std::move(*refused);
  if (RateLimit* const rate = mounted->route.rate)
    if (const auto wait = rate->take(request.principal.id, engine.clock().now()))
      return over_rate("rate_limited", "too many requests", *wait);
  if (mounted->route.body_limit > 0)
    if (auto refused = coding_fault(request)) return std::move(*refused);
  return &mounted->route.handler;
}

Router::Router(RouterOptions options, Engine& engine, Authenticator& authenticator,
               HttpMetrics& metrics)
    : state_(std::make_unique<State>(std::move(options), engine, authenticator, metrics)) {}

Router::~Router() = default;

void Router::mount(Route route) {
  const AccessRow* access = find_access(route.method, route.pattern);
  SYNCLINE_CHECK(access != nullptr);
  state_->table.add(std::move(route), access);
}

std::size_t Router::body_limit(Method method, std::string_view path) const {
  const MountedPath* mounted = state_->table.find(path);
  const MountedRoute* route = mounted ? mounted->find(method) : nullptr;
  return route ? route->route.body_limit : 0;
}

void Router::word(Response& refusal, const Request& request) const {
  const MountedPath* path = state_->table.find(request.path);
  if (path && path->refusals) reword(refusal, path->refusals);
}

void Router::identify(Request& request) const {
  const std::string_view given = request.header("x-request-id");
  if (is_sane_request_id(given))
    request.id.assign(given);
  else
    request.id = state_->ids.next();
}

asio::awaitable<Response> Router::answer(Request& request) const {
  const auto started = std::chrono::steady_clock::now();
  identify(request);
  const MountedPath* path = state_->table.find(request.path);
  Response response;
  try {
    auto admitted = state_->admit(request, path);
    if (const auto wanted = request.query_value("min_position");
        wanted && std::holds_alternative<const Handler*>(admitted))
      if (auto late = co_await state_->wait_for_min_position(*wanted)) admitted = std::move(*late);
    if (auto* settled = std::get_if<Response>(&admitted))
      response = std::move(*settled);
    else
      response = co_await (*std::get<const Handler*>(admitted))(request);
  } catch (const ErrorThrown& e) {
    response = problem(e.error);
  } catch (...) {
    response = problem(500, "internal", "the server failed on this request; x-request-id names it");
  }
  // Whoever follows the log does so no longer than the token says; a download or a job ends by
  // itself.
  if (response.content_type == kEventStream) response.stream_until = request.principal.until;
  if (!response.position) response.position = state_->engine.applied();
  if (path && path->refusals) reword(response, path->refusals);
  if (path && path->cors) state_->cors.add_to(response, request);
  const std::string_view pattern = path ? std::string_view(path->pattern) : kNoPattern;
  if (response.refused) state_->metrics.failed(pattern, response.refused->code);
  state_->metrics.answered(request, pattern, response, std::chrono::steady_clock::now() - started);
  co_return response;
}

void Router::let_waiting_go() const { state_->watch.let_all_go(); }

std::vector<std::pair<Method, std::string>> Router::routes() const {
  return state_->table.routes();
}

}  // namespace syncline
