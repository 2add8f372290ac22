// The body of a heartbeat, and the query of a history. Refused with a sentence, or taken: then the
// event on disk is about the token's user alone, and writing its data and reading that gives the
// same event.
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/http/request_target.h"
#include "connectors/presence/beat_request.h"
#include "connectors/presence/history_query.h"
#include "connectors/presence/presence_json.h"
#include "engine/limits.h"
#include "schemas/body_codec.h"
#include "tests/fakes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_json.h"

namespace syncline {
namespace {

void check_history(std::string_view query) {
  Request request;
  request.method = Method::get;
  if (!set_target(request, query, "/api/stats/history", query)) return;
  const auto read = read_history_query(request, FakeClock().now());
  if (const auto* fault = std::get_if<HistoryFault>(&read)) {
    SYNCLINE_CHECK(!fault->detail.empty());
    return;
  }
  const auto& asked = std::get<HistoryQuery>(read);
  SYNCLINE_CHECK(asked.from < asked.to && asked.step.count() > 0);
  const auto points = (asked.to - asked.from) / Duration(asked.step);
  SYNCLINE_CHECK(points <= static_cast<std::int64_t>(limits::kPageEvents));
}

void check_beat(std::string_view bytes) {
  static FakeClock clock;
  static SeededRng rng(1);
  static const std::vector<ModuleName> modules{{"pms", "procurement"}, {"ih", "innovation"}};
  static const PayloadMappings* const mappings = [] {
    auto* made = new PayloadMappings;
    add_presence_mappings(*made);
    return made;
  }();

  Request request;
  request.body = bytes;
  request.principal.id = "42";
  const auto read = read_beat(request, modules, clock, rng);
  if (const auto* fault = std::get_if<BeatFault>(&read)) {
    SYNCLINE_CHECK(!fault->code.empty() && !fault->detail.empty());
    return;
  }
  const auto body = decode_body(std::get<Draft>(read).bytes());
  SYNCLINE_CHECK(body.has_value() && body->type == EventType::presence_beat);
  const auto& beat = std::get<PresenceBeat>(body->payload);
  SYNCLINE_CHECK(beat.user_id == "42" && body->subject == "presence/42" && beat.name.empty());
  SYNCLINE_CHECK(beat.module == "pms" || beat.module == "ih");

  std::string json;
  JsonWriter out(json);
  write_payload(*body, *mappings, out);
  static JsonDocument document;
  EventBody again;
  std::string extra;
  std::vector<FieldFault> faults;
  mappings->find(EventType::presence_beat)
      ->read(document.parse(json).value(), again, extra, faults);
  SYNCLINE_CHECK(faults.empty());
  SYNCLINE_CHECK(std::get<PresenceBeat>(again.payload) == beat);
  SYNCLINE_CHECK(canonical(extra) == canonical(body->extra_json));
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = syncline::text_of(bytes, size);
  syncline::check_history(text);
  syncline::check_beat(text);
  return 0;
}
