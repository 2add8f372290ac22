// The canonical API of events (CONTRACTS 6): append, pages, one by position, live stream, and the
// history of a subject.
#pragma once

#include <memory>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/connector.h"
#include "connectors/http/router.h"
#include "connectors/mirrored_mark.h"

namespace syncline {

// All of them outlive the connector.
std::unique_ptr<Connector> make_events_connector(Router& router, Engine& engine,
                                                 const PayloadMappings& mappings,
                                                 MirroredMark& mirrored);

}  // namespace syncline
