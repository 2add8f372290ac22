#include "ops/cli/wiring.h"

#include "connectors/auth/refused_login_writer.h"
#include "connectors/backups/backups_connector.h"
#include "connectors/events/events_connector.h"
#include "connectors/mirror/kafka_session.h"
#include "connectors/operators/operators_connector.h"
#include "connectors/presence/presence_connector.h"
#include "connectors/presence/presence_json.h"
#include "connectors/sessions/session_json.h"
#include "connectors/sessions/sessions_connector.h"
#include "connectors/status/status_connector.h"
#include "ops/cli/config_mirror.h"
#include "projections/history/history_projection.h"
#include "projections/presence/presence_projection.h"
#include "projections/sessions/sessions_projection.h"

namespace syncline {
namespace {

// What a start waits for Kafka's word at most; later, a disagreement stops the mirror alone.
constexpr std::chrono::seconds kMirrorAgrees{5};

std::vector<ModuleName> modules_of(const Config& config) {
  std::vector<ModuleName> modules;
  for (const auto& [id, name] : config.presence.modules) modules.push_back({id, name});
  return modules;
}

PayloadMappings mappings_with(std::vector<ModuleName> modules) {
  PayloadMappings mappings;
  add_engine_mappings(mappings);
  add_session_mappings(mappings);
  add_presence_mappings(mappings, std::move(modules));
  return mappings;
}

}  // namespace

std::vector<std::unique_ptr<Projection>> make_projections() {
  std::vector<std::unique_ptr<Projection>> all;
  all.push_back(std::make_unique<SessionsProjection>());
  all.push_back(std::make_unique<PresenceProjection>());
  all.push_back(std::make_unique<HistoryProjection>());
  return all;
}

PayloadMappings make_payload_mappings() { return mappings_with({}); }

PayloadMappings make_payload_mappings(const Config& config) {
  return mappings_with(modules_of(config));
}

Result<std::unique_ptr<Mirror>> make_mirror(const Config& config, Engine& engine,
                                            const PayloadMappings& mappings, MirrorFigures& figures,
                                            MirroredMark& mirrored) {
  std::unique_ptr<Mirror> mirror;
  if (config.mirror.brokers.empty()) return mirror;
  const auto options = mirror_options(config);
  if (options.has_error()) return options.error();
  mirror = std::make_unique<Mirror>(
      engine, mappings, *options,
      [options = *options, node = engine.node()] { return open_kafka_session(options, node); },
      figures, mirrored);
  mirror->start();
  if (auto agreed = mirror->agreed(kMirrorAgrees); agreed.has_error()) return agreed.error();
  return mirror;
}

std::vector<std::unique_ptr<Connector>> make_connectors(const Wiring& w) {
  std::vector<std::unique_ptr<Connector>> all;
  auto expiry = std::make_unique<ExpiryTimer>(w.engine);
  const auto past = std::make_shared<PastReads>(w.engine);
  all.push_back(make_status_connector(
      w.router, w.engine,
      {.version = SYNCLINE_VERSION,
       .started = w.started,
       .metrics = w.metrics_text,
       .write_mirror = [mirror = w.mirror](JsonWriter& out) {
         write_mirror_standing(mirror ? std::optional(mirror->standing()) : std::nullopt, out);
       }}));
  all.push_back(make_events_connector(w.router, w.engine, w.mappings, w.mirrored));
  all.push_back(make_sessions_connector(w.router, w.engine, *expiry, w.deadlines, past));
  all.push_back(
      make_presence_connector(w.router, w.engine, *expiry, w.presence_deadlines, past,
                              {.modules = modules_of(w.config), .rate = w.config.presence.rate}));
  all.push_back(
      make_operators_connector(w.router, w.engine, w.mappings, w.config.data.string(), past));
  all.push_back(make_backups_connector(w.router, w.engine,
                                       {.data = w.config.data.string(),
                                        .folder = w.config.backups.string(),
                                        .program = SYNCLINE_VERSION}));
  all.push_back(std::make_unique<RefusedLoginWriter>(w.engine, w.authenticator));
  expiry->start();  // with the sources of all of them
  all.push_back(std::move(expiry));
  return all;
}

}  // namespace syncline
