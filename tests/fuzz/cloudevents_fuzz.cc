// What POST /v1/events takes: one event, a batch, lines, binary mode. The input is header lines, an
// empty line, and the body. An event that is taken can be framed, written, and read again as the
// same event with the same content; another spelling of its JSON has that content too.
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/events/intake.h"
#include "connectors/presence/presence_json.h"
#include "connectors/sessions/session_json.h"
#include "schemas/body_codec.h"
#include "tests/fakes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_json.h"

namespace syncline {
namespace {

struct Fixture {
  Fixture() {
    add_session_mappings(mappings);
    add_presence_mappings(mappings);
  }

  FakeClock clock;
  SeededRng rng{1};
  PayloadMappings mappings;
  SchemaCheck schemas;
  CloudEventReader reader{mappings, schemas, clock, rng};
  JsonDocument document;
};

Request request_of(std::string_view input) {
  Request request;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  request.body = input;
  return request;
}

// What a reader of the log sees of it: JSON that we keep may be spelled otherwise.
struct Seen {
  EventBody body;
  std::string extra, extensions;

  explicit Seen(const EventBody& from)
      : body(from), extra(canonical(from.extra_json)), extensions(canonical(from.extensions_json)) {
    body.extra_json = body.extensions_json = {};
  }
  bool operator==(const Seen&) const = default;
};

void check_taken(const Draft& draft, const Provenance& from, Fixture& with) {
  const auto body = decode_body(draft.bytes());
  SYNCLINE_CHECK(body.has_value());
  RecordHeader header;
  header.name.origin = *OriginId::from("a");
  header.body_hash = draft.body_hash();
  std::string frame;
  append_frame(header, draft.bytes(), frame);
  SYNCLINE_CHECK(frame_fault(frame, FrameCheck::everything) == nullptr);

  const std::string line = cloudevent_line(decode_frame(frame), with.mappings);
  SYNCLINE_CHECK(line.find_first_of("\r\n") == std::string::npos);
  std::string written;
  JsonWriter out(written);
  write_cloudevent(decode_frame(frame), with.mappings, out);
  SYNCLINE_CHECK(canonical(line) == canonical(written));
  const auto event = with.document.parse(written);
  SYNCLINE_CHECK(event.has_value());
  const auto again = with.reader.read(*event, from);
  const auto* const second = std::get_if<Draft>(&again);
  SYNCLINE_CHECK(second != nullptr);
  SYNCLINE_CHECK(Seen(*decode_body(second->bytes())) == Seen(*body));
  if (draft.content_hash) SYNCLINE_CHECK(second->content_hash == draft.content_hash);

  // Of a type with fields of its own, a text may be a number, of which the digits are kept.
  if (!draft.content_hash || with.mappings.find(body->type) != nullptr) return;
  const std::string respelled = canonical_json(*event);
  const auto third = with.reader.read(with.document.parse(respelled).value(), from);
  SYNCLINE_CHECK(std::get<Draft>(third).content_hash == draft.content_hash);
}

void check(std::string_view input) {
  static Fixture& with = *new Fixture;
  const Request request = request_of(input);
  const auto intake = read_intake(request, with.reader);
  const auto check_refused = [](const Rejection& rejection) {
    SYNCLINE_CHECK(rejection.status >= 400 && rejection.status < 500);
    SYNCLINE_CHECK(!rejection.code.empty() && !rejection.detail.empty());
  };
  if (const auto* rejection = std::get_if<Rejection>(&intake)) return check_refused(*rejection);
  const Provenance from = provenance(request);
  for (const auto& event : std::get<Intake>(intake).events) {
    if (const auto* rejection = std::get_if<Rejection>(&event)) {
      check_refused(*rejection);
    } else {
      check_taken(std::get<Draft>(event), from, with);
    }
  }
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
