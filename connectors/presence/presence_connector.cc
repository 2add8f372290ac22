#include "connectors/presence/presence_connector.h"

#include <algorithm>

#include "connectors/append.h"
#include "connectors/presence/active_users.h"
#include "connectors/presence/history_query.h"
#include "connectors/presence/presence_answers.h"
#include "connectors/presence/presence_expiry.h"
#include "connectors/presence/presence_json.h"
#include "connectors/presence/presence_stream.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kHeartbeat = "/api/stats/heartbeat";

class PresenceConnector final : public Connector {
 public:
  PresenceConnector(Router& router, Engine& engine, ExpiryTimer& expiry, DeadlineFloor& floor,
                    std::shared_ptr<PastReads> past, PresenceOptions options)
      : engine_(engine),
        floor_(floor),
        active_(engine, floor),
        past_(std::move(past)),
        modules_(std::move(options.modules)),
        rate_(options.rate) {
    expiry.add(presence_expiry(engine, floor));
    router.mount({.method = Method::post,
                  .pattern = std::string(kHeartbeat),
                  .handler = [this](const Request& request) { return beat(request); },
                  .body_limit = limits::kBodyBytes,
                  .cors = true,
                  .refusals = heartbeat_failure,
                  .rate = &rate_});
    router.mount({.method = Method::del,
                  .pattern = std::string(kHeartbeat),
                  .handler = [this](const Request& request) { return clear(request); },
                  .body_limit = 0,
                  .cors = true,
                  .refusals = heartbeat_failure});
    get(router, "/api/stats/modules", &PresenceConnector::modules);
    get(router, "/api/stats/health", &PresenceConnector::health);
    get(router, "/api/stats/history", &PresenceConnector::history);
    get(router, "/api/stats/stream", &PresenceConnector::stream);
    get(router, "/api/presence/{resource}", &PresenceConnector::viewers);
  }

 private:
  // A state of the view and an instant behind it, which together say who is there.
  struct Now {
    std::unique_ptr<ViewSnapshot> view;
    Time time, floor;
  };
  Now now() const {
    auto view = engine_.view("presence");
    const Time floor = floor_.of(*view, view->position());
    return {std::move(view), engine_.clock().now(), floor};
  }
  static Response answer(Position position, std::string body) {
    Response response;
    response.body = std::move(body);
    response.position = position;
    return response;
  }
  // What `write` says, who is there, and when that was.
  template <class Write>
  Response at_now(Write write) {
    const auto active = active_.now();
    std::string body;
    JsonWriter out(body);
    out.begin_object();
    write(out, active.users);
    out.field("timestamp", active.time).end_object();
    return answer(active.position, std::move(body));
  }

  void get(Router& router, const char* pattern,
           awaitable<Response> (PresenceConnector::*handle)(const Request&)) {
    router.mount({.method = Method::get,
                  .pattern = pattern,
                  .handler = [this, handle](const Request& r) { return (this->*handle)(r); },
                  .body_limit = 0,
                  .cors = true,
                  .refusals = presence_failure});
  }

  awaitable<Response> beat(const Request& request) {
    auto read = read_beat(request, modules_, engine_.clock(), engine_.rng());
    if (const auto* fault = std::get_if<BeatFault>(&read)) {
      co_return problem(400, fault->code, fault->detail);
    }
    const auto receipt = co_await append(engine_, std::move(std::get<Draft>(read)));
    if (!receipt) co_return problem(receipt.error());
    co_return at_now([&](JsonWriter& out, std::uint64_t active) {
      out.field("success", true).field("activeUsers", active).key("userId");
      write_user_id(request.principal.id, request.principal.id_is_number, out);
    });
  }

  awaitable<Response> clear(const Request& request) {
    auto read = read_clear(request, engine_.clock(), engine_.rng());
    if (const auto* fault = std::get_if<BeatFault>(&read)) {
      co_return problem(400, fault->code, fault->detail);
    }
    const auto receipt = co_await append(engine_, std::move(std::get<Draft>(read)));
    if (!receipt) co_return problem(receipt.error());
    co_return at_now([](JsonWriter& out, std::uint64_t active) {
      out.field("success", true).field("message", "Session cleared").field("activeUsers", active);
    });
  }

  awaitable<Response> modules(const Request& request) {
    if (request.query_value("at")) {
      PastReads::Read read = [](const ReadState& then, const Moment& moment) {
        Response response;
        response.body =
            modules_json(count_presence_by_user(then, moment.time), moment.time, moment);
        return response;
      };
      co_return co_await past_->answer(request, "presence", std::move(read));
    }
    const Now here = now();
    co_return answer(here.view->position(),
                     modules_json(count_presence(*here.view, here.time, here.floor), here.time));
  }

  awaitable<Response> health(const Request&) {
    if (const auto closed = engine_.log().closed()) co_return problem(*closed);
    co_return at_now([](JsonWriter& out, std::uint64_t active) {
      out.field("status", "ok").field("database", "connected").field("activeSessions", active);
    });
  }

  awaitable<Response> viewers(const Request& request) {
    const std::string_view resource = request.param("resource");
    if (request.query_value("at")) {
      PastReads::Read read = [resource](const ReadState& then, const Moment& moment) {
        Response response;
        response.body = viewers_json(then, moment.time, resource, moment);
        return response;
      };
      co_return co_await past_->answer(request, "presence", std::move(read));
    }
    const Now here = now();
    co_return answer(here.view->position(), viewers_json(*here.view, here.time, resource));
  }

  awaitable<Response> history(const Request& request) {
    const Now here = now();
    const auto read = read_history_query(request, here.time);
    if (const auto* fault = std::get_if<HistoryFault>(&read)) {
      co_return problem(400, "invalid_" + std::string(fault->parameter),
                        std::string(fault->parameter) + " " + fault->detail);
    }
    const auto& query = std::get<HistoryQuery>(read);
    const auto asked = [&](const ModuleName& module) { return module.id == query.module; };
    if (!query.module.empty() && std::ranges::none_of(modules_, asked)) {
      co_return problem(400, "invalid_module", invalid_module(modules_));
    }
    const auto history = presence_history(*here.view, here.time, query.module,
                                          {query.from, query.to, query.step}, here.floor);
    co_return answer(here.view->position(), history_json(query, history));
  }

  awaitable<Response> stream(const Request& request) {
    co_return presence_stream(request, engine_, floor_);
  }

  Engine& engine_;
  const DeadlineFloor& floor_;
  ActiveUsers active_;
  const std::shared_ptr<PastReads> past_;
  const std::vector<ModuleName> modules_;
  RateLimit rate_;
};

}  // namespace

std::unique_ptr<Connector> make_presence_connector(Router& router, Engine& engine,
                                                   ExpiryTimer& expiry, DeadlineFloor& floor,
                                                   std::shared_ptr<PastReads> past,
                                                   PresenceOptions options) {
  return std::make_unique<PresenceConnector>(router, engine, expiry, floor, std::move(past),
                                             std::move(options));
}

}  // namespace syncline
