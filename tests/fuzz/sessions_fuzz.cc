// The body of a session sync. Refused with a sentence, or taken: then the event on disk reads back,
// and writing its data and reading that gives the same event.
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/sessions/session_json.h"
#include "connectors/sessions/sync_request.h"
#include "schemas/body_codec.h"
#include "tests/fakes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_json.h"

namespace syncline {
namespace {

void check(std::string_view bytes) {
  static FakeClock clock;
  static SeededRng rng(1);
  static const PayloadMappings* const mappings = [] {
    auto* made = new PayloadMappings;
    add_session_mappings(*made);
    return made;
  }();

  Request request;
  request.body = bytes;
  const auto read = read_sync(request, clock, rng);
  if (const auto* fault = std::get_if<SyncFault>(&read)) {
    SYNCLINE_CHECK(!fault->empty());
    return;
  }
  const auto& sync = std::get<SyncDraft>(read);
  const auto body = decode_body(sync.draft.bytes());
  SYNCLINE_CHECK(body.has_value() && body->type == EventType::session_synced);
  SYNCLINE_CHECK(body->subject == session_subject(sync.user_id, sync.session_id));
  SYNCLINE_CHECK(!sync.user_id.empty() && !sync.session_id.empty());
  const auto& synced = std::get<SessionSynced>(body->payload);
  SYNCLINE_CHECK(synced.user_id == sync.user_id && synced.session_id == sync.session_id);

  std::string json;
  JsonWriter out(json);
  write_payload(*body, *mappings, out);
  static JsonDocument document;
  EventBody again;
  std::string extra;
  std::vector<FieldFault> faults;
  read_session_synced(document.parse(json).value(), again, extra, faults);
  SYNCLINE_CHECK(faults.empty());
  SYNCLINE_CHECK(std::get<SessionSynced>(again.payload) == synced);
  SYNCLINE_CHECK(canonical(extra) == canonical(body->extra_json));
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
