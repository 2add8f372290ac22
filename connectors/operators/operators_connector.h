// Mounts GET /v1/log/export, GET /v1/views, GET /v1/views/{name}/digest and POST
// /v1/views/{name}/rebuild.
#pragma once

#include <memory>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/connector.h"
#include "connectors/http/router.h"

namespace syncline {

std::unique_ptr<Connector> make_operators_connector(Router& router, Engine& engine,
                                                    const PayloadMappings& mappings);

}  // namespace syncline
