// What a running server is made of: projections, mappings and connectors, one line each in
// wiring.cc. The only place that names them all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/connector.h"
#include "connectors/http/router.h"
#include "connectors/mirror/mirror.h"
#include "ops/cli/config.h"
#include "ops/cli/mirror_figures.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

std::vector<std::unique_ptr<Projection>> make_projections();
PayloadMappings make_payload_mappings();                      // of events that were accepted once
PayloadMappings make_payload_mappings(const Config& config);  // of those that are told now

// What connectors are made from. All of it outlives them.
struct Wiring {
  const Config& config;
  Engine& engine;
  Authenticator& authenticator;
  Router& router;
  const PayloadMappings& mappings;
  DeadlineFloor& deadlines;  // of sessions
  DeadlineFloor& presence_deadlines;
  std::function<std::string()> metrics_text;
  MirroredMark& mirrored;
  const Mirror* mirror;  // nullptr: there is none
  Time started;
};

// At work; nullptr: none is configured. Errors: a file of its configuration; `refused`, when Kafka
// is in reach and disagrees with the log.
Result<std::unique_ptr<Mirror>> make_mirror(const Config& config, Engine& engine,
                                            const PayloadMappings& mappings, MirrorFigures& figures,
                                            MirroredMark& mirrored);

// Mounted and at work. To be stopped in the opposite order.
std::vector<std::unique_ptr<Connector>> make_connectors(const Wiring& wiring);

}  // namespace syncline
