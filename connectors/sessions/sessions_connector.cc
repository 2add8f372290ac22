#include "connectors/sessions/sessions_connector.h"

#include "connectors/append.h"
#include "connectors/http/problem.h"
#include "connectors/sessions/list_query.h"
#include "connectors/sessions/session_expiry.h"
#include "connectors/sessions/session_view_json.h"
#include "connectors/sessions/sync_request.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

std::string sync_failure(int status, std::string_view detail) {
  std::string body;
  JsonWriter(body)
      .begin_object()
      .field("success", false)
      .field("error", status == 500 ? "The session could not be stored" : detail)
      .end_object();
  return body;
}

class SessionsConnector final : public Connector {
 public:
  SessionsConnector(Router& router, Engine& engine, ExpiryTimer& expiry, DeadlineFloor& floor)
      : engine_(engine), floor_(floor) {
    expiry.add(session_expiry(engine, floor));
    router.mount({.method = Method::post,
                  .pattern = "/api/centcom/sessions/sync",
                  .handler = [this](const Request& request) { return sync(request); },
                  .body_limit = limits::kBodyBytes,
                  .cors = true,
                  .refusals = sync_failure});
    get(router, "/api/admin/users/{user_id}/centcom-sessions", &SessionsConnector::of_user);
    get(router, "/api/admin/sessions", &SessionsConnector::list);
  }

 private:
  // Answers from the view: nothing to wait for.
  void get(Router& router, const char* pattern,
           Response (SessionsConnector::*answer)(const Request&)) {
    router.mount(
        {.method = Method::get,
         .pattern = pattern,
         .handler = [this, answer](const Request& r) { return at_once((this->*answer)(r)); },
         .body_limit = 0});
  }
  static awaitable<Response> at_once(Response response) { co_return response; }

  awaitable<Response> sync(const Request& request) {
    auto read = read_sync(request, engine_.clock(), engine_.rng());
    if (const auto* fault = std::get_if<SyncFault>(&read))
      co_return problem(400, "invalid_sync", *fault);
    auto& draft = std::get<SyncDraft>(read);
    const auto receipt = co_await append(engine_, std::move(draft.draft));
    if (!receipt) co_return problem(receipt.error());
    co_return synced(draft, *receipt);
  }

  Response synced(const SyncDraft& draft, const Receipt& receipt) {
    Response response;
    const auto view = engine_.view("sessions");
    const auto answer = [&](const SessionView& session) {
      JsonWriter(response.body)
          .begin_object()
          .field("success", true)
          .field("message", "Session synced successfully")
          .field("session_id", session.own_id)
          .field("external_session_id", std::string_view(draft.session_id))
          .field("action", receipt.outcome.created ? "created" : "updated")
          .field("applied", receipt.outcome.applied)
          .field("position", receipt.position)
          .end_object();
    };
    const bool known =
        find_session(*view, receipt.received_time, draft.user_id, draft.session_id, answer);
    SYNCLINE_CHECK(known);  // a receipt means that the fold has seen it
    response.position = view->position();
    return response;
  }

  Response of_user(const Request& request) {
    Response response;
    const auto view = engine_.view("sessions");
    std::string sessions;
    std::string latest;
    JsonWriter out(sessions);
    out.begin_array();
    user_sessions(*view, engine_.clock().now(), request.param("user_id"), limits::kPageEvents,
                  [&](const SessionView& session) {
                    write_session_view(session, out);
                    if (latest.empty()) latest = sessions.substr(1);
                  });
    out.end_array();
    JsonWriter(response.body)
        .begin_object()
        .key("latest_session")
        .raw(latest.empty() ? "null" : std::string_view(latest))
        .key("sessions")
        .raw(sessions)
        .end_object();
    response.position = view->position();
    return response;
  }

  Response list(const Request& request) {
    const auto read = read_list_query(request);
    if (const auto* fault = std::get_if<QueryFault>(&read)) {
      if (fault->foreign) return problem(409, "foreign_cursor", fault->detail);
      return problem(400, "invalid_" + std::string(fault->parameter), fault->detail);
    }
    const auto& query = std::get<SessionListQuery>(read);
    Response response;
    const auto view = engine_.view("sessions");
    JsonWriter out(response.body);
    out.begin_object().key("sessions").begin_array();
    const auto next = list_sessions(
        *view, engine_.clock().now(), query.filter, query.after, query.limit,
        [&](const SessionView& session) { write_session_view(session, out); },
        floor_.of(*view, view->position()));
    out.end_array().key("next_cursor");
    next ? out.value(std::string_view(make_cursor(*next))) : out.null();
    out.end_object();
    response.position = view->position();
    return response;
  }

  Engine& engine_;
  const DeadlineFloor& floor_;
};

}  // namespace

std::unique_ptr<Connector> make_sessions_connector(Router& router, Engine& engine,
                                                   ExpiryTimer& expiry, DeadlineFloor& floor) {
  return std::make_unique<SessionsConnector>(router, engine, expiry, floor);
}

}  // namespace syncline
