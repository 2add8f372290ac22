// CloudEvents 1.0 on the wire ↔ events. The one place that knows the JSON form of an event; the
// data of a type with fields of its own is read and written by its mapping (payload_mapping.h).
// Readers and writers keep no state: any thread may call them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/cloudevents/schema_check.h"
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
  std::string trace;         // traceparent, when it is well formed
  std::optional<Time> sent;  // Date
  std::string client_id;     // x-client-id
  std::string client_address;
  std::string client_user_agent;

  // Sets the fields of `body` that say who sent it; they point into this.
  void put(EventBody& body) const;
};
Provenance provenance(const Request& request);

// Why an event was refused, as one problem.
struct Rejection {
  int status;        // 403, 413, 422
  std::string code;  // reserved_type, too_large, invalid_event, schema_violation
  std::string detail;
  std::vector<FieldFault> faults;  // pointers into the event: "/data/user_id"
};

class CloudEventReader {
 public:
  // All of them outlive the reader.
  CloudEventReader(const PayloadMappings& mappings, const SchemaCheck& schemas, Clock& clock,
                   Rng& rng)
      : mappings_(mappings), schemas_(schemas), clock_(clock), rng_(rng) {}

  // Structured mode. `expectedversion` and `baseversion` become the draft's preconditions; an id
  // that the producer gave is deduplicated (a missing id is allowed and becomes a UUIDv7).
  std::variant<Draft, Rejection> read(const JsonValue& event, const Provenance& from) const;
  // Binary mode: attributes in `ce-*` headers, data in the body.
  std::variant<Draft, Rejection> read_binary(const Request& request, const Provenance& from) const;

 private:
  const PayloadMappings& mappings_;
  const SchemaCheck& schemas_;
  Clock& clock_;
  Rng& rng_;
};

// To whom an event is written: a position means something to readers of the same log alone.
enum class Readers { of_this_log, of_any_log };

// One object, with the extensions position, incarnation, sequence, origin, hlc (a decimal string:
// it has 64 bits), receivedtime, hash. Exactly the producer's data, so it may span lines.
void write_cloudevent(const Event& event, const PayloadMappings& mappings, JsonWriter& out,
                      Readers readers = Readers::of_this_log);
// The same on one line, for formats where a line is an event (SSE, NDJSON).
std::string cloudevent_line(const Event& event, const PayloadMappings& mappings);
// `data` alone; null when there is none, base64 text when it is binary.
void write_payload(const EventBody& body, const PayloadMappings& mappings, JsonWriter& out);

}  // namespace syncline
