// What the index of ids keeps of an event whose producer gave the id: the hash of all that makes
// two events with one id the same (docs/log-format.md). A function of the event's body alone, so
// that it is the same at intake and when a log is made again from its frames. Pure.
#pragma once

#include <optional>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/sha256.h"

namespace syncline {

// `data`: of a body with JSON data, where the caller has parsed it already. The body's JSON is
// valid (body_fault.h, or the reader made it).
Hash content_hash_of(const EventBody& body, const PayloadMappings& mappings,
                     const std::optional<JsonValue>& data = {});

}  // namespace syncline
