#include "connectors/operators/operators_connector.h"

#include <chrono>

#include "connectors/http/problem.h"
#include "connectors/operators/export_request.h"
#include "connectors/operators/export_stream.h"
#include "connectors/operators/job.h"
#include "connectors/operators/verification_json.h"
#include "connectors/status/standing.h"
#include "engine/fold/digest.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// A rebuild and a verification take one each for their whole time; digests and exports go on beside
// them.
constexpr std::size_t kWorkers = 4;

Response digest_response(const Projection& projection, const ReadState& state, Position position,
                         const std::optional<Moment>& past = {}) {
  Response response;
  JsonWriter out(response.body);
  out.begin_object()
      .field("name", projection.name())
      .field("version", std::uint64_t{projection.version()})
      .field("digest", std::string_view(hex(digest(projection, state))));
  if (past) {
    write_moment(*past, out);
  } else {
    out.field("position", position);
  }
  out.end_object();
  response.position = position;
  return response;
}

Response digest_now(Engine& engine, const Projection& projection) {
  const auto view = engine.view(projection.name());
  return digest_response(projection, *view, view->position());
}

class OperatorsConnector final : public Connector {
 public:
  OperatorsConnector(Router& router, Engine& engine, const PayloadMappings& mappings,
                     std::string data, std::shared_ptr<PastReads> past)
      : engine_(engine), mappings_(mappings), data_(std::move(data)), past_(std::move(past)) {
    mount(router, Method::get, "/v1/log/export", &OperatorsConnector::log_export);
    mount(router, Method::post, "/v1/log/verify", &OperatorsConnector::log_verify);
    mount(router, Method::del, "/v1/log/verify", &OperatorsConnector::end_verify);
    mount(router, Method::get, "/v1/views", &OperatorsConnector::views);
    mount(router, Method::get, "/v1/views/{name}/digest", &OperatorsConnector::view_digest);
    mount(router, Method::post, "/v1/views/{name}/rebuild", &OperatorsConnector::rebuild);
    mount(router, Method::del, "/v1/views/{name}/rebuild", &OperatorsConnector::end_rebuild);
  }

  void stop() override {
    // On a large log they take minutes.
    verifying_.abandon();
    rebuilding_.abandon();
    workers_.stop();
  }

 private:
  using Answer = awaitable<Response> (OperatorsConnector::*)(const Request&);

  void mount(Router& router, Method method, const char* pattern, Answer answer) {
    router.mount({.method = method,
                  .pattern = pattern,
                  .handler = [this, answer](const Request& r) { return (this->*answer)(r); },
                  .body_limit = 0});
  }

  awaitable<Response> log_export(const Request& request) {
    auto asked = export_request(request);
    if (auto* refused = std::get_if<Response>(&asked)) co_return std::move(*refused);
    auto& [query, format] = std::get<ExportRequest>(asked);
    const auto range = query.range(engine_.log());
    if (range.has_error()) co_return problem(range.error());
    Response response;
    response.content_type =
        format == ExportFormat::frames ? "application/vnd.syncline.frames" : "application/x-ndjson";
    response.position = engine_.log().head().position;
    response.stream =
        [this, job = ExportJob{*range, std::move(query.filter), format}](StreamWriter& reader) {
          return stream_export(engine_.log(), mappings_, workers_, job, reader);
        };
    co_return response;
  }

  awaitable<Response> log_verify(const Request& request) {
    const auto from = position_from(request.query_value("from").value_or("1"));
    const auto asked_to = request.query_value("to");
    const auto to = asked_to ? position_from(*asked_to) : std::nullopt;
    if (!from || (asked_to && !to)) co_return bad_position();
    const auto rate = rate_of(request);
    if (const auto* refused = std::get_if<Response>(&rate)) co_return *refused;
    auto job = verifying_.begin("log", std::get<JobRate>(rate));
    if (!job) {
      co_return problem(409, "verify_running",
                        "the log is being verified; ask again when that is done");
    }
    JobWork work = [this, from = *from, to](Job& begun) { return verified(from, to, begun); };
    co_return co_await answer_with_job(request, workers_, std::move(job), std::move(work));
  }

  awaitable<Response> end_verify(const Request&) { co_return ended(verifying_, "log"); }

  Response verified(Position from, std::optional<Position> to, Job& job) {
    const auto begun = std::chrono::steady_clock::now();
    const auto seen =
        verify_log({.data = data_,
                    .from = from,
                    .to = to,
                    .progress = [&job](Position done, Position of, std::size_t bytes) {
                      return job.go_on(done, of, bytes);
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
    if (request.query_value("at")) {
      PastReads::Read read = [projection](const ReadState& then, const Moment& moment) {
        return digest_response(*projection, then, moment.position, moment);
      };
      co_return co_await past_->answer(request, projection->name(), std::move(read));
    }
    std::function<Response()> work = [this, projection] {
      return digest_now(engine_, *projection);
    };
    co_return co_await workers_.run<Response>(std::move(work));
  }

  awaitable<Response> rebuild(const Request& request) {
    const Projection* projection = engine_.folder().projection(request.param("name"));
    if (projection == nullptr) co_return unknown_view(request);
    const auto rate = rate_of(request);
    if (const auto* refused = std::get_if<Response>(&rate)) co_return *refused;
    auto job = rebuilding_.begin(std::string(projection->name()), std::get<JobRate>(rate));
    if (!job) {
      co_return problem(409, "rebuild_running",
                        "another view is being rebuilt; ask again when that is done");
    }
    JobWork work = [this, projection](Job& begun) { return rebuilt(*projection, begun); };
    co_return co_await answer_with_job(request, workers_, std::move(job), std::move(work));
  }

  awaitable<Response> end_rebuild(const Request& request) {
    co_return ended(rebuilding_, request.param("name"));
  }

  Response rebuilt(const Projection& projection, Job& job) {
    const auto go_on = [&job](Position done, Position of, std::size_t bytes) {
      return job.go_on(done, of, bytes) == Onward::go_on;
    };
    const auto built = engine_.folder().rebuild(projection.name(), go_on);
    return built.has_error() ? problem(built.error()) : digest_now(engine_, projection);
  }

  static Response unknown_view(const Request& request) {
    return problem(
        404, "not_found",
        "there is no view `" + std::string(request.param("name")) + "`; GET /v1/views lists them");
  }

  Engine& engine_;
  const PayloadMappings& mappings_;
  const std::string data_;
  const std::shared_ptr<PastReads> past_;
  JobSlot rebuilding_;
  JobSlot verifying_;
  Workers workers_{kWorkers};
};

}  // namespace

std::unique_ptr<Connector> make_operators_connector(Router& router, Engine& engine,
                                                    const PayloadMappings& mappings,
                                                    std::string data,
                                                    std::shared_ptr<PastReads> past) {
  return std::make_unique<OperatorsConnector>(router, engine, mappings, std::move(data),
                                              std::move(past));
}

}  // namespace syncline
