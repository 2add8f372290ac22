#include "connectors/status/status_connector.h"

#include "connectors/http/problem.h"
#include "connectors/status/standing.h"
#include "schemas/documents.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

void write_head(const Head& head, JsonWriter& out) {
  out.begin_object()
      .field("position", head.position)
      .field("hash", std::string_view(hex(head.hash)))
      .end_object();
}

void write_disk(const FreeSpace& space, JsonWriter& out) {
  out.begin_object().key("free");
  const auto free = space.bytes();
  free ? out.value(std::uint64_t{*free}) : out.null();
  out.field("reserve", std::uint64_t{space.reserve()})
      .field("full", space.refusal(0).has_value())
      .end_object();
}

void write_log(const Log& log, const Head& head, JsonWriter& out) {
  out.begin_object().field("identity", std::string_view(log.identity())).key("head");
  write_head(head, out);
  out.key("closed");
  if (const auto closed = log.closed()) {
    out.begin_object()
        .field("code", name(closed->code))
        .field("message", std::string_view(closed->message))
        .end_object();
  } else {
    out.null();
  }
  out.end_object();
}

Response response(std::string_view body, const char* content_type = "application/json") {
  Response made;
  made.content_type = content_type;
  made.body = body;
  return made;
}

class StatusConnector final : public Connector {
 public:
  StatusConnector(Router& router, Engine& engine, StatusOptions options)
      : engine_(engine), options_(std::move(options)) {
    get(router, "/healthz", &StatusConnector::healthz, true);
    get(router, "/readyz", &StatusConnector::readyz, true);
    get(router, "/metrics", &StatusConnector::metrics, true);
    get(router, "/openapi.yaml", &StatusConnector::openapi);
    get(router, "/v1/status", &StatusConnector::status);
  }

 private:
  // Answers from memory: nothing to wait for.
  void get(Router& router, const char* pattern, Response (StatusConnector::*answer)(),
           bool unmetered = false) {
    router.mount({.method = Method::get,
                  .pattern = pattern,
                  .handler = [this, answer](const Request&) { return at_once((this->*answer)()); },
                  .body_limit = 0,
                  .unmetered = unmetered});
  }
  static awaitable<Response> at_once(Response response) { co_return response; }

  Response healthz() { return response(R"({"status":"ok"})"); }

  Response readyz() {
    if (const auto why = unready(engine_)) {
      return problem(503, why->code == ErrorCode::timeout ? "projection_lag" : name(why->code),
                     why->message);
    }
    return response(R"({"status":"ready"})");
  }

  Response metrics() {
    return response(options_.metrics(), "text/plain; version=0.0.4; charset=utf-8");
  }

  Response openapi() { return response(openapi_document(), "application/yaml"); }

  Response status() {
    const Log& log = engine_.log();
    const auto last = log.last_header();
    const Head head = last ? Head{last->position, last->hash} : Head{};
    const auto uptime =
        std::chrono::floor<std::chrono::seconds>(engine_.clock().now() - options_.started);
    Response answer;
    JsonWriter out(answer.body);
    out.begin_object().key("log");
    write_log(log, head, out);
    out.key("disk");
    write_disk(engine_.free_space(), out);
    out.key("head");
    write_head(head, out);
    out.field("node", engine_.node().text())
        .field("incarnation", std::uint64_t{last ? last->name.incarnation : 1})
        .field("version", std::string_view(options_.version))
        .field("uptime_seconds", static_cast<std::int64_t>(uptime.count()))
        .key("projections")
        .begin_array();
    for (const auto& projection : projection_standings(engine_)) write_standing(projection, out);
    out.end_array();
    out.key("queue").begin_object().field("drafts", std::uint64_t{engine_.queued()}).end_object();
    out.key("mirror");
    options_.write_mirror(out);
    out.key("webhooks").begin_object().field("endpoints", 0).end_object();
    out.end_object();
    answer.position = head.position;
    return answer;
  }

  Engine& engine_;
  const StatusOptions options_;
};

}  // namespace

std::unique_ptr<Connector> make_status_connector(Router& router, Engine& engine,
                                                 StatusOptions options) {
  return std::make_unique<StatusConnector>(router, engine, std::move(options));
}

}  // namespace syncline
