#include "ops/cli/credentials.h"

#include "connectors/auth/token.h"
#include "ops/cli/dev_secrets.h"
#include "ops/cli/key_files.h"

namespace syncline {
namespace {

// The configuration as `serve --dev` sees it, with the secrets of its data folder.
Result<Config> dev_config(ConfigSources sources) {
  sources.dev = true;
  auto config = load_config(sources);
  if (!config || !config->jwt_secret.empty()) return config;
  const auto secrets = load_dev_secrets(config->data);
  if (!secrets) return secrets.error();
  adopt(*secrets, *config);
  return config;
}

Result<Config> config_for(const TokenWish& wish, const NamedTexts& environment) {
  ConfigSources sources;
  sources.environment = environment;
  if (!wish.data.empty()) {
    sources.flags = {{"log.data", wish.data.string()}};
    return dev_config(std::move(sources));
  }
  sources.file = wish.file;
  auto config = load_config(sources);
  if (config) return config;
  // A file that is complete only under --dev is one to sign by as well.
  auto dev = dev_config(std::move(sources));
  return dev ? dev : config;
}

}  // namespace

AuthOptions auth_options(const Config& config) {
  AuthOptions options;
  options.dev = config.dev;
  options.jwt_secret = config.jwt_secret.reveal();
  options.algorithms = config.algorithms;
  options.claims = config.claims;
  if (!config.cookies.empty()) options.cookies = config.cookies;
  options.nextauth_secret = config.nextauth_secret.reveal();
  for (const ConfiguredKey& key : config.api_keys)
    options.api_keys.push_back({key.name, key.key.reveal(), key.scopes, key.tenant});
  if (config.public_metrics) options.open_scopes.emplace_back("metrics:read");
  if (config.sessions_auth == SessionsAuth::none)
    options.open_scopes.emplace_back("sessions:write");
  return options;
}

Result<KeyRing> key_ring(const Config& config) {
  std::vector<RingKey> keys;
  if (!config.jwks_file.empty()) {
    auto read = jwks_keys(config);
    if (!read) return Error{read.error().code, "auth.jwks_file: " + read.error().message};
    keys = std::move(*read);
  }
  if (!config.jwt_public_key.empty()) {
    auto read = public_key(config);
    if (!read) return Error{read.error().code, "auth.jwt_public_key: " + read.error().message};
    keys.push_back(std::move(*read));
  }
  return KeyRing(auth_options(config), std::move(keys));
}

Result<std::string> token_for(const TokenWish& wish, const NamedTexts& environment, Time now) {
  const auto config = config_for(wish, environment);
  if (!config) return config.error();
  return make_token(auth_options(*config), wish.subject, wish.roles, wish.ttl, now);
}

}  // namespace syncline
