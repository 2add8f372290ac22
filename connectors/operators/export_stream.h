// The log as NDJSON, piece by piece: each piece is read on a worker, so that a long export holds
// neither a strand nor more than one piece in memory.
#pragma once

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/http/message.h"
#include "connectors/operators/workers.h"
#include "engine/log/log.h"

namespace syncline {

struct ExportRange {
  Position from;  // inclusive, both
  Position to;
};

// All of them outlive the stream, which lives as long as the request.
boost::asio::awaitable<void> stream_export(const Log& log, const PayloadMappings& mappings,
                                           Workers& workers, ExportRange range,
                                           StreamWriter& reader);

}  // namespace syncline
