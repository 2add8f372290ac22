// CloudEvents 1.0 on the wire ↔ events. The one place that knows the JSON form of an event; each payload
// with fields of its own has its mapping beside the connector it belongs to, listed in payloads.cc.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "connectors/http/problem.h"
#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "engine/clock.h"
#include "engine/log/record.h"
#include "engine/rng.h"
#include "engine/sequencer/draft.h"

namespace syncline {

// What the request itself says about its sender; goes into every event made from it.
struct Provenance {
  std::string actor;
  std::string tenant;
  std::string trace;  // traceparent, when it is well formed
  std::optional<Time> sent;  // Date
  std::string client_id;
  std::string client_address;
  std::string client_user_agent;
};
Provenance provenance(const Request& request);

// Why an event was refused, as one problem.
struct Rejection {
  int status;  // 400, 403 (reserved_type), 422 (with pointers)
  std::string code;
  std::string detail;
  std::vector<FieldFault> faults;
};

// A structured-mode event. `expectedversion`, `baseversion` become the draft's preconditions; known types
// are checked against their JSON Schema; an id that the producer gave is deduplicated (a missing id is
// allowed and becomes a UUIDv7).
std::variant<Draft, Rejection> read_cloudevent(const JsonValue& event, const Provenance& from,
                                               Clock& clock, Rng& rng);
// Binary mode: attributes in `ce-*` headers, data in the body.
std::variant<Draft, Rejection> read_binary_cloudevent(const Request& request, const Provenance& from,
                                                      Clock& clock, Rng& rng);

// With the extensions position, incarnation, sequence, origin, hlc, receivedtime, hash.
void write_cloudevent(const Event& event, JsonWriter& out);
// `data` alone.
void write_payload(const EventBody& body, JsonWriter& out);

}  // namespace syncline
