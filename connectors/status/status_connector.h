// Mounts /healthz, /readyz, /metrics, /openapi.yaml and /v1/status.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connectors/connector.h"
#include "connectors/http/router.h"
#include "connectors/json/writer.h"

namespace syncline {

struct StatusOptions {
  std::string version;
  Time started;
  std::function<std::string()> metrics;           // Prometheus text; quick, any thread
  std::function<void(JsonWriter&)> write_mirror;  // an object, with its `state`; likewise
};

std::unique_ptr<Connector> make_status_connector(Router& router, Engine& engine,
                                                 StatusOptions options);

}  // namespace syncline
