#include "connectors/presence/presence_expiry.h"

#include "projections/presence/presence_view.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

Draft expiry_draft(const DuePresence& due, std::string_view source, std::string_view id) {
  const std::string subject = make_subject("presence", {due.user_id});
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = EventType::presence_expired;
  body.event_time = std::chrono::floor<std::chrono::milliseconds>(due.deadline);
  body.payload = PresenceExpired{due.user_id, due.user_id_is_number, due.beat, due.deadline};
  auto draft = make_draft(body);
  SYNCLINE_CHECK(draft.has_value());  // its names were in an event before
  return std::move(*draft);
}

}  // namespace

ExpirySource presence_expiry(Engine& engine, DeadlineFloor& floor) {
  return {
      .view = "presence",
      .due =
          [&engine, &floor, source = engine.source()](const ViewSnapshot& view, Time now,
                                                      std::size_t limit) {
            std::vector<Draft> drafts;
            for (const DuePresence& due :
                 due_presences(view, now, limit, floor.of(view, view.position()))) {
              drafts.push_back(expiry_draft(due, source, uuid7(now, engine.rng())));
            }
            return drafts;
          },
      .next = [&floor](const ViewSnapshot& view) { return floor.raise(view, view.position()); }};
}

}  // namespace syncline
