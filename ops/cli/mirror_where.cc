// Where the mirror's verbs find Kafka.
#include "ops/cli/config.h"
#include "ops/cli/config_mirror.h"
#include "ops/cli/mirror_commands.h"

namespace syncline {

Result<MirrorOptions> mirror_options(const MirrorWhere& where) {
  ConfigSources sources;
  sources.file = config_file(where.config);
  sources.environment = process_environment();
  if (!where.brokers.empty()) sources.flags.emplace_back("mirror.brokers", where.brokers);
  if (!where.prefix.empty()) sources.flags.emplace_back("mirror.prefix", where.prefix);
  auto config = load_config(sources);
  if (config.has_error()) {
    // One that is complete only under --dev names a broker as well.
    sources.dev = true;
    auto dev = load_config(sources);
    if (dev.has_error()) return config.error();
    config = std::move(dev);
  }
  if (!config->mirror.brokers.empty()) return mirror_options(*config);
  return Error{ErrorCode::invalid,
               "no broker is named: --brokers HOST:PORT, or mirror.brokers in the configuration"};
}

Result<MirrorTopics> look(const MirrorWhere& where) {
  const auto options = mirror_options(where);
  if (options.has_error()) return options.error();
  return look_at_mirror(*options);
}

}  // namespace syncline
