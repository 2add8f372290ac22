// Mounts /healthz, /readyz, /metrics, /openapi.yaml and /v1/status.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connectors/connector.h"
#include "connectors/http/router.h"

namespace syncline {

struct StatusOptions {
  std::string version;
  Time started;
  std::function<std::string()> metrics;  // Prometheus text; quick, any thread
};

std::unique_ptr<Connector> make_status_connector(Router& router, Engine& engine,
                                                 StatusOptions options);

}  // namespace syncline
