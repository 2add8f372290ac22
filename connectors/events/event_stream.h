// The live stream of events (live_stream.h): what the log has behind the cursor, then what comes.
// What the filter left out is not read again by a reader that comes back.
#pragma once

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/events/event_query.h"
#include "connectors/events/live_stream.h"

namespace syncline {

// Where ?after= (a position or a token) and Last-Event-ID, which wins, tell to begin; without
// either: now. Or why not: 400 for what is neither, 409 `foreign_token` for what this log does not
// have.
std::variant<Position, Response> stream_start(const Request& request, const Engine& engine);

ReadPiece event_pieces(const Engine& engine, const PayloadMappings& mappings, EventFilter filter);

}  // namespace syncline
