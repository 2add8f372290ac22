#include "connectors/operators/verification_json.h"

namespace syncline {
void write_fault(const std::optional<LogFault>& fault, JsonWriter& out) {
  if (!fault) {
    out.null();
    return;
  }
  const bool of_event = fault->position > Position();
  out.begin_object()
      .field("position", of_event ? std::optional(fault->position) : std::nullopt)
      .field("what", std::string_view(fault->what))
      .field("remedy", std::string_view(fault->remedy))
      .end_object();
}

void write_verification(const Verification& seen, std::chrono::milliseconds took, JsonWriter& out) {
  out.begin_object()
      .field("ok", !seen.fault)
      .field("from", seen.from)
      .field("to", seen.to)
      .field("events", seen.events)
      .key("head")
      .begin_object()
      .field("position", seen.head.position)
      .field("hash", std::string_view(hex(seen.head.hash)))
      .end_object()
      .field("seconds", static_cast<double>(took.count()) / 1000)
      .key("fault");
  write_fault(seen.fault, out);
  out.field("next", seen.next).end_object();
}

std::optional<Verification> read_verification(const JsonValue& json) {
  const auto head = json.find("head");
  const auto from = json.count_of("from"), to = json.count_of("to");
  const auto events = json.count_of("events");
  const auto end = head ? head->count_of("position") : std::nullopt;
  const auto hash = head ? hash_from_hex(head->text_of("hash")) : std::nullopt;
  const auto fault = json.find("fault");
  if (!from || !to || !events || !end || !hash || !fault) return std::nullopt;
  Verification seen{Position(*from), Position(*to), *events, {Position(*end), *hash}, {}, {}};
  if (const auto next = json.count_of("next")) seen.next = Position(*next);
  if (fault->is(JsonKind::object)) {
    seen.fault =
        LogFault{Position(fault->count_of("position").value_or(0)),
                 std::string(fault->text_of("what")), std::string(fault->text_of("remedy"))};
  }
  return seen;
}

}  // namespace syncline
