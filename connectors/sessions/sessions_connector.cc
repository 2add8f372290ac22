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

// What is written of the moment, when the answer is not as of now.
void end_answer(const std::optional<Moment>& past, JsonWriter& out) {
  if (past) write_moment(*past, out);
  out.end_object();
}

Response user_answer(const ReadState& state, Time now, std::string_view user,
                     const std::optional<Moment>& past) {
  Response response;
  std::string sessions;
  std::string latest;
  JsonWriter out(sessions);
  out.begin_array();
  user_sessions(state, now, user, limits::kPageEvents, [&](const SessionView& session) {
    write_session_view(session, out);
    if (latest.empty()) latest = sessions.substr(1);
  });
  out.end_array();
  JsonWriter body(response.body);
  body.begin_object()
      .key("latest_session")
      .raw(latest.empty() ? "null" : std::string_view(latest))
      .key("sessions")
      .raw(sessions);
  end_answer(past, body);
  return response;
}

// `list`: writes each session of the page, and gives what the next page goes on behind.
Response list_answer(const std::function<std::optional<std::string>(const EachSession&)>& list,
                     const std::optional<Moment>& past) {
  Response response;
  JsonWriter out(response.body);
  out.begin_object().key("sessions").begin_array();
  const auto next = list([&](const SessionView& session) { write_session_view(session, out); });
  out.end_array().key("next_cursor");
  next ? out.value(std::string_view(make_cursor(*next))) : out.null();
  end_answer(past, out);
  return response;
}

class SessionsConnector final : public Connector {
 public:
  SessionsConnector(Router& router, Engine& engine, ExpiryTimer& expiry, DeadlineFloor& floor,
                    std::shared_ptr<PastReads> past)
      : engine_(engine), floor_(floor), past_(std::move(past)) {
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
  void get(Router& router, const char* pattern,
           awaitable<Response> (SessionsConnector::*answer)(const Request&)) {
    router.mount({.method = Method::get,
                  .pattern = pattern,
                  .handler = [this, answer](const Request& r) { return (this->*answer)(r); },
                  .body_limit = 0});
  }

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

  awaitable<Response> of_user(const Request& request) {
    const std::string_view user = request.param("user_id");
    if (request.query_value("at")) {
      PastReads::Read read = [user](const ReadState& then, const Moment& moment) {
        return user_answer(then, moment.time, user, moment);
      };
      co_return co_await past_->answer(request, "sessions", std::move(read));
    }
    const auto view = engine_.view("sessions");
    Response response = user_answer(*view, engine_.clock().now(), user, {});
    response.position = view->position();
    co_return response;
  }

  awaitable<Response> list(const Request& request) {
    const auto asked = read_list_query(request);
    if (const auto* fault = std::get_if<QueryFault>(&asked)) {
      if (fault->foreign) co_return problem(409, "foreign_cursor", fault->detail);
      co_return problem(400, "invalid_" + std::string(fault->parameter), fault->detail);
    }
    const auto& query = std::get<SessionListQuery>(asked);
    if (request.query_value("at")) {
      PastReads::Read read = [&query](const ReadState& then, const Moment& moment) {
        const auto page = [&](const EachSession& each) {
          return list_past_sessions(then, moment.time, query.filter, query.after, query.limit,
                                    limits::kPastWalked, each);
        };
        return list_answer(page, moment);
      };
      co_return co_await past_->answer(request, "sessions", std::move(read));
    }
    const auto view = engine_.view("sessions");
    const auto page = [&](const EachSession& each) {
      return list_sessions(*view, engine_.clock().now(), query.filter, query.after, query.limit,
                           each, floor_.of(*view, view->position()));
    };
    Response response = list_answer(page, {});
    response.position = view->position();
    co_return response;
  }

  Engine& engine_;
  const DeadlineFloor& floor_;
  const std::shared_ptr<PastReads> past_;
};

}  // namespace

std::unique_ptr<Connector> make_sessions_connector(Router& router, Engine& engine,
                                                   ExpiryTimer& expiry, DeadlineFloor& floor,
                                                   std::shared_ptr<PastReads> past) {
  return std::make_unique<SessionsConnector>(router, engine, expiry, floor, std::move(past));
}

}  // namespace syncline
