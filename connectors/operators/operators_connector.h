// Mounts GET /v1/log/export, POST /v1/log/verify, GET /v1/views, GET /v1/views/{name}/digest and
// POST /v1/views/{name}/rebuild.
#pragma once

#include <memory>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/connector.h"
#include "connectors/http/router.h"
#include "connectors/past_reads.h"

namespace syncline {

// `data`: the folder that the engine was opened on.
std::unique_ptr<Connector> make_operators_connector(Router& router, Engine& engine,
                                                    const PayloadMappings& mappings,
                                                    std::string data,
                                                    std::shared_ptr<PastReads> past);

}  // namespace syncline
