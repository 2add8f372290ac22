#include "connectors/sessions/session_expiry.h"

#include "connectors/sessions/sync_request.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

Draft expiry_draft(const DueSession& due, std::string_view source, std::string_view id) {
  const std::string subject = session_subject(due.user_id, due.session_id);
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = EventType::session_expired;
  body.event_time = std::chrono::floor<std::chrono::milliseconds>(due.deadline);
  body.payload = SessionExpired{due.user_id, due.session_id, due.beat, due.deadline};
  auto draft = make_draft(body);
  SYNCLINE_CHECK(draft.has_value());  // its names were in an event before
  return std::move(*draft);
}

}  // namespace

ExpirySource session_expiry(Engine& engine, DeadlineFloor& floor) {
  return {
      .view = "sessions",
      .due =
          [&engine, &floor, source = engine.source()](const ViewSnapshot& view, Time now,
                                                      std::size_t limit) {
            std::vector<Draft> drafts;
            for (const DueSession& due :
                 due_sessions(view, now, limit, floor.of(view, view.position()))) {
              drafts.push_back(expiry_draft(due, source, uuid7(now, engine.rng())));
            }
            return drafts;
          },
      .next = [&floor](const ViewSnapshot& view) { return floor.raise(view, view.position()); }};
}

}  // namespace syncline
