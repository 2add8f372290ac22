// The context attributes of one event while they are read, in either mode: what CloudEvents 1.0
// says about names and values, our limits, and our own extensions (expectedversion, baseversion,
// traceparent). Texts point into the request. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/problem.h"
#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "schemas/types.h"

namespace syncline {

struct Attributes {
  Attributes() = default;
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  std::string_view spec_version, id, source, type, subject, content_type, data_schema;
  std::string_view trace;  // a well-formed traceparent; another one is ignored
  std::optional<Time> time;
  std::optional<Position> expected_version, base_version;
  std::string extensions;  // JSON object of the producer's own, and dataschema; "": none
  std::vector<FieldFault> faults;

  void take(std::string_view name, const JsonValue& value);  // null is as good as absent
  void take(std::string_view name, std::string_view text);
  void fault(std::string_view name, std::string message);
  void finish();  // checks that the required ones are there, and closes `extensions`

 private:
  std::string_view* name_slot(std::string_view name);
  bool take_text(std::string_view name, std::string_view text);
  void take_version(std::string_view name, std::optional<std::uint64_t> version);
  JsonWriter& extension(std::string_view name);

  std::optional<JsonWriter> writer_;  // of `extensions`, once there is one
};

// RFC 6901: "/" and "~" escaped, long names cut.
std::string pointer_to(std::string_view name);
// RFC 3339 with its offset.
std::optional<Time> from_rfc3339(std::string_view text);
// W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>, neither id all zero.
bool is_traceparent(std::string_view text);
std::string_view trace_id(std::string_view traceparent);  // 32 hex digits; "" of what is none

}  // namespace syncline
