// The live stream of events as Server-Sent Events: what the log has behind the cursor, then what
// comes. Each frame's `id` is a resume token, and so is each keep-alive's, so that a reader that
// comes back gets every event once, and what its filter left out is not read again.
#pragma once

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/events/event_query.h"
#include "connectors/http/message.h"

namespace syncline {

// Where ?after= (a position or a token) and Last-Event-ID, which wins, tell to begin; without
// either: now. Or why not: 400 for what is neither, 409 `foreign_token` for what this log does not
// have.
std::variant<Position, Response> stream_start(const Request& request, const Engine& engine);

boost::asio::awaitable<void> stream_events(const Engine& engine, const PayloadMappings& mappings,
                                           EventFilter filter, Position cursor,
                                           StreamWriter& reader);

}  // namespace syncline
