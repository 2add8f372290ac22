// JSON ↔ SessionSynced: the body of `POST /api/centcom/sessions/sync` and the `data` of a
// session.synced event are the same document. The one place that knows its JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include "connectors/cloudevents/payload_mapping.h"

namespace syncline {

// The message of the faults that name a required field which is missing, null or empty.
inline constexpr std::string_view kFieldRequired = "is required";

// Fills body.payload; `extra` gets, with their nesting, the fields that the contract does not name.
// Every fault is named, with a pointer. Texts point into `data`'s document.
void read_session_synced(const JsonValue& data, EventBody& body, std::string& extra,
                         std::vector<FieldFault>& faults);
// The fields that are there, as one object.
void write_session_synced(const EventBody& body, JsonWriter& out);

void add_session_mappings(PayloadMappings& mappings);

}  // namespace syncline
