// An export to a socket, piece by piece: each piece is read on a worker, so that a long export
// holds neither a strand nor more than one piece in memory.
#pragma once

#include "connectors/http/message.h"
#include "connectors/operators/export_query.h"
#include "connectors/operators/export_text.h"
#include "connectors/workers.h"

namespace syncline {

// What one answer is made of.
struct ExportJob {
  ExportRange range;
  EventFilter filter;
  ExportFormat format;
};

// All of them outlive the stream, which lives as long as the request.
boost::asio::awaitable<void> stream_export(const Log& log, const PayloadMappings& mappings,
                                           Workers& workers, ExportJob job, StreamWriter& reader);

}  // namespace syncline
