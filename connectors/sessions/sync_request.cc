#include "connectors/sessions/sync_request.h"

#include <algorithm>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/sessions/session_json.h"
#include "engine/limits.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

constexpr std::string_view kSource = "/centcom/sessions";
constexpr std::string_view kMissing =
    "Missing required fields: user_id and session_data.session_id";

// "/session_data/risk_score" as the contract's clients read it: session_data.risk_score
std::string dotted(std::string_view pointer) {
  if (pointer.empty()) return "The body";
  std::string path(pointer.substr(1));
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

SyncFault fault_text(const std::vector<FieldFault>& faults) {
  const auto required = [](const FieldFault& f) { return f.message == kFieldRequired; };
  if (std::any_of(faults.begin(), faults.end(), required)) return std::string(kMissing);
  return dotted(faults.front().pointer) + " " + faults.front().message;
}

// "Invalid JSON: " is what clients look for; the parser's own "not JSON: " would say it twice.
std::string invalid_json(std::string_view message) {
  constexpr std::string_view kSaid = "not JSON: ";
  if (message.starts_with(kSaid)) message.remove_prefix(kSaid.size());
  return "Invalid JSON: " + std::string(message);
}

}  // namespace

std::string session_subject(std::string_view user_id, std::string_view session_id) {
  return make_subject("session", {user_id, session_id});
}

std::variant<SyncDraft, SyncFault> read_sync(const Request& request, Clock& clock, Rng& rng) {
  thread_local JsonDocument document;
  const auto json = document.parse(request.body, limits::kDataDepth);
  if (!json) return invalid_json(json.error().message);

  EventBody body;
  std::string extra;
  std::vector<FieldFault> faults;
  read_session_synced(*json, body, extra, faults);
  if (!faults.empty()) return fault_text(faults);

  const auto& sync = std::get<SessionSynced>(body.payload);
  const std::string id = uuid7(clock.now(), rng);
  const std::string subject = session_subject(sync.user_id, sync.session_id);
  const Provenance from = provenance(request);
  body.id = id;
  body.source = kSource;
  body.subject = subject;
  body.type = EventType::session_synced;
  body.event_time = sync.last_activity;
  body.extra_json = extra;
  from.put(body);
  auto draft = make_draft(body);
  if (!draft) return "user_id and session_data.session_id: " + draft.error().message;
  return SyncDraft{std::move(*draft), std::string(sync.user_id), std::string(sync.session_id)};
}

}  // namespace syncline
