#include "connectors/operators/operators_connector.h"

#include <atomic>
#include <charconv>
#include <chrono>

#include "connectors/http/problem.h"
#include "connectors/operators/export_stream.h"
#include "connectors/operators/verification_json.h"
#include "connectors/operators/workers.h"
#include "connectors/status/standing.h"
#include "engine/fold/digest.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// A rebuild and a verification take one each for their whole time; digests and exports go on beside
// them.
constexpr std::size_t kWorkers = 4;

// nullopt: not a position.
std::optional<Position> position_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return Position(value);
}

Response digest_response(Engine& engine, const Projection& projection) {
  const auto view = engine.view(projection.name());
  Response response;
  JsonWriter(response.body)
      .begin_object()
      .field("name", projection.name())
      .field("version", std::uint64_t{projection.version()})
      .field("position", view->position())
      .field("digest", std::string_view(hex(digest(projection, *view))))
      .end_object();
  response.position = view->position();
  return response;
}

class OperatorsConnector final : public Connector {
 public:
  OperatorsConnector(Router& router, Engine& engine, const PayloadMappings& mappings,
                     std::string data)
      : engine_(engine), mappings_(mappings), data_(std::move(data)) {
    mount(router, Method::get, "/v1/log/export", &OperatorsConnector::log_export);
    mount(router, Method::post, "/v1/log/verify", &OperatorsConnector::log_verify);
    mount(router, Method::get, "/v1/views", &OperatorsConnector::views);
    mount(router, Method::get, "/v1/views/{name}/digest", &OperatorsConnector::view_digest);
    mount(router, Method::post, "/v1/views/{name}/rebuild", &OperatorsConnector::rebuild);
  }

  void stop() override {
    stopping_ = true;  // a verification of a large log takes minutes
    workers_.stop();
  }

 private:
  // That something runs, until it is done.
  struct Flagged {
    std::atomic<bool>& flag;
    ~Flagged() { flag = false; }
  };

  using Answer = awaitable<Response> (OperatorsConnector::*)(const Request&);

  void mount(Router& router, Method method, const char* pattern, Answer answer) {
    router.mount({.method = method,
                  .pattern = pattern,
                  .handler = [this, answer](const Request& r) { return (this->*answer)(r); },
                  .body_limit = 0});
  }

  awaitable<Response> log_export(const Request& request) {
    const auto from = position_from(request.query_value("from").value_or("1"));
    const auto asked_to = request.query_value("to");
    const Position head = engine_.log().head().position;
    const auto to = asked_to ? position_from(*asked_to) : head;
    if (!from || !to) co_return bad_position();
    const ExportRange range{*from, std::min(*to, head)};
    Response response;
    response.content_type = "application/x-ndjson";
    response.position = head;
    response.stream = [this, range](StreamWriter& reader) {
      return stream_export(engine_.log(), mappings_, workers_, range, reader);
    };
    co_return response;
  }

  awaitable<Response> log_verify(const Request& request) {
    const auto from = position_from(request.query_value("from").value_or("1"));
    const auto asked_to = request.query_value("to");
    const auto to = asked_to ? position_from(*asked_to) : std::nullopt;
    if (!from || (asked_to && !to)) co_return bad_position();
    if (verifying_.exchange(true)) {
      co_return problem(409, "verify_running",
                        "the log is being verified; ask again when that is done");
    }
    std::function<Response()> work = [this, from = *from, to] { return verified(from, to); };
    co_return co_await workers_.run<Response>(std::move(work));
  }

  Response verified(Position from, std::optional<Position> to) {
    const Flagged done{verifying_};
    const auto begun = std::chrono::steady_clock::now();
    const auto seen =
        verify_log({.data = data_, .from = from, .to = to, .progress = [this](Position, Position) {
                      return !stopping_;
                    }});
    if (seen.has_error()) return problem(seen.error());
    Response response;
    JsonWriter out(response.body);
    write_verification(*seen,
                       std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - begun),
                       out);
    response.position = seen->head.position;
    return response;
  }

  awaitable<Response> views(const Request&) {
    Response response;
    JsonWriter out(response.body);
    out.begin_object().key("views").begin_array();
    for (const auto& projection : projection_standings(engine_)) write_standing(projection, out);
    out.end_array().end_object();
    co_return response;
  }

  awaitable<Response> view_digest(const Request& request) {
    const Projection* projection = engine_.folder().projection(request.param("name"));
    if (projection == nullptr) co_return unknown_view(request);
    std::function<Response()> work = [this, projection] {
      return digest_response(engine_, *projection);
    };
    co_return co_await workers_.run<Response>(std::move(work));
  }

  awaitable<Response> rebuild(const Request& request) {
    const Projection* projection = engine_.folder().projection(request.param("name"));
    if (projection == nullptr) co_return unknown_view(request);
    if (rebuilding_.exchange(true)) {
      co_return problem(409, "rebuild_running",
                        "another view is being rebuilt; ask again when that is done");
    }
    std::function<Response()> work = [this, projection] { return rebuilt(*projection); };
    co_return co_await workers_.run<Response>(std::move(work));
  }

  Response rebuilt(const Projection& projection) {
    const Flagged done{rebuilding_};
    const auto built = engine_.folder().rebuild(projection.name(), {});
    return built.has_error() ? problem(built.error()) : digest_response(engine_, projection);
  }

  static Response bad_position() {
    return problem(400, "invalid_position", "`from` and `to` are positions: whole numbers from 1");
  }

  static Response unknown_view(const Request& request) {
    return problem(
        404, "not_found",
        "there is no view `" + std::string(request.param("name")) + "`; GET /v1/views lists them");
  }

  Engine& engine_;
  const PayloadMappings& mappings_;
  const std::string data_;
  std::atomic<bool> rebuilding_ = false;
  std::atomic<bool> verifying_ = false;
  std::atomic<bool> stopping_ = false;
  Workers workers_{kWorkers};
};

}  // namespace

std::unique_ptr<Connector> make_operators_connector(Router& router, Engine& engine,
                                                    const PayloadMappings& mappings,
                                                    std::string data) {
  return std::make_unique<OperatorsConnector>(router, engine, mappings, std::move(data));
}

}  // namespace syncline
