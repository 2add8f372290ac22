#include "connectors/operators/verification_json.h"

#include <charconv>

namespace syncline {
namespace {

void write_fault(const LogFault& fault, JsonWriter& out) {
  const bool of_event = fault.position > Position();
  out.begin_object()
      .field("position", of_event ? std::optional(fault.position) : std::nullopt)
      .field("what", std::string_view(fault.what))
      .field("remedy", std::string_view(fault.remedy))
      .end_object();
}

// nullopt: it is no number from 0.
std::optional<std::uint64_t> number(const JsonValue& object, std::string_view name) {
  const auto member = object.find(name);
  const auto value = member ? member->integer() : std::nullopt;
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::string text(const JsonValue& object, std::string_view name) {
  const auto member = object.find(name);
  return std::string(member ? member->text().value_or("") : "");
}

std::optional<Hash> hash_from(std::string_view digits) {
  Hash hash{};
  if (digits.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const char* at = digits.data() + 2 * i;
    const auto [end, fault] = std::from_chars(at, at + 2, hash[i], 16);
    if (fault != std::errc() || end != at + 2) return std::nullopt;
  }
  return hash;
}

}  // namespace

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
  if (seen.fault) {
    write_fault(*seen.fault, out);
  } else {
    out.null();
  }
  out.end_object();
}

std::optional<Verification> read_verification(const JsonValue& json) {
  const auto head = json.find("head");
  const auto from = number(json, "from"), to = number(json, "to"), events = number(json, "events");
  const auto end = head ? number(*head, "position") : std::nullopt;
  const auto hash = head ? hash_from(text(*head, "hash")) : std::nullopt;
  const auto fault = json.find("fault");
  if (!from || !to || !events || !end || !hash || !fault) return std::nullopt;
  Verification seen{Position(*from), Position(*to), *events, {Position(*end), *hash}, {}};
  if (fault->is(JsonKind::object)) {
    seen.fault = LogFault{Position(number(*fault, "position").value_or(0)), text(*fault, "what"),
                          text(*fault, "remedy")};
  }
  return seen;
}

}  // namespace syncline
