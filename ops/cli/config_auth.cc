#include "ops/cli/config_auth.h"

#include <algorithm>
#include <set>

#include "ops/cli/key_files.h"

namespace syncline {
namespace {

constexpr std::size_t kApiKeyBytesMin = 16;
constexpr std::size_t kNextAuthSecretBytesMin =
    32;  // what `openssl rand -base64 32` gives, and less

using Faults = std::vector<std::pair<std::string_view, std::string>>;

ConfiguredKey configured_key(const TomlValue& entry) {
  ConfiguredKey key;
  for (const auto& [name, value] : entry.members) {
    if (name == "name") key.name = value.text;
    if (name == "key") key.key = Secret(value.text);
    if (name == "scopes") key.scopes = texts(value);
    if (name == "tenant") key.tenant = value.text;
  }
  return key;
}

void check_secret(const Config& config, Faults& faults) {
  if (config.jwt_secret.empty()) return;
  const auto algorithms = algorithms_for(KeyKind::secret, config.algorithms);
  if (algorithms.empty())
    faults.emplace_back("auth.algorithms",
                        "has none that auth.jwt_secret could verify; add \"HS256\", or take "
                        "jwt_secret out");
  if (config.dev) return;
  for (const Algorithm algorithm : algorithms) {
    if (config.jwt_secret.reveal().size() >= secret_bytes_min(algorithm)) continue;
    const std::string bytes = std::to_string(secret_bytes_min(algorithm));
    faults.emplace_back("auth.jwt_secret", "is shorter than the " + bytes + " bytes that " +
                                               std::string(name(algorithm)) +
                                               " needs; write a longer one, for example from "
                                               "`openssl rand -base64 " +
                                               bytes + '`');
    return;
  }
}

void check_public_keys(const Config& config, Faults& faults) {
  if (!config.jwt_public_key.empty()) {
    const auto key = public_key(config);
    if (!key)
      faults.emplace_back("auth.jwt_public_key", key.error().message);
    else if (key->algorithms.empty())
      faults.emplace_back("auth.algorithms",
                          "has none that the key of auth.jwt_public_key could verify; add \"" +
                              std::string(name(usual_algorithm(key->key.kind()))) +
                              "\", or leave auth.algorithms out");
  }
  if (config.jwks_file.empty()) return;
  if (const auto keys = jwks_keys(config); !keys)
    faults.emplace_back("auth.jwks_file", keys.error().message);
}

void check_nextauth(const Config& config, Faults& faults) {
  const std::size_t bytes = config.nextauth_secret.reveal().size();
  if (!config.dev && bytes > 0 && bytes < kNextAuthSecretBytesMin)
    faults.emplace_back("auth.nextauth_secret",
                        "is shorter than 32 bytes, so that a login could be forged; make a longer "
                        "one, for example by `openssl rand -base64 32`, here and for NextAuth");
}

void check_api_keys(const Config& config, Faults& faults) {
  const auto fault = [&](std::string what) {
    faults.emplace_back("auth.api_keys", std::move(what));
  };
  std::set<std::string> names, keys;
  for (const ConfiguredKey& entry : config.api_keys) {
    const std::string& key = entry.key.reveal();
    const bool sendable =
        std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!sendable)
      fault("the key of \"" + entry.name +
            "\" has characters that a header cannot carry; write ASCII letters, digits and signs");
    if (!config.dev && key.size() < kApiKeyBytesMin)
      fault("the key of \"" + entry.name +
            "\" is shorter than 16 characters; write a longer one, for example from `openssl rand "
            "-hex 24`");
    if (!names.insert(entry.name).second)
      fault("two entries are named \"" + entry.name + "\"; name them apart");
    if (!keys.insert(key).second)
      fault("\"" + entry.name + "\" has the key of another entry; give it its own");
  }
}

}  // namespace

void fill_auth(const Settings& settings, Config& config) {
  const auto with = [&](std::string_view key, auto use) {
    if (const Setting* setting = settings.find(key)) use(setting->value);
  };
  const auto text = [&](std::string_view key, auto& target) {
    with(key, [&](const TomlValue& value) { target = value.text; });
  };
  const auto secret = [&](std::string_view key, Secret& target) {
    with(key, [&](const TomlValue& value) { target = Secret(value.text); });
  };
  secret("auth.jwt_secret", config.jwt_secret);
  text("auth.jwt_public_key", config.jwt_public_key);
  text("auth.jwks_file", config.jwks_file);
  with("auth.algorithms", [&](const TomlValue& v) {
    for (const std::string& name : texts(v)) config.algorithms.push_back(*algorithm_from(name));
  });
  text("auth.issuer", config.claims.issuer);
  text("auth.audience", config.claims.audience);
  text("auth.user_claim", config.claims.user);
  text("auth.role_claim", config.claims.role);
  with("auth.leeway", [&](const TomlValue& v) { config.claims.leeway = *duration_from(v.text); });
  with("auth.cookie", [&](const TomlValue& v) {
    config.cookies = v.kind == TomlKind::list ? texts(v) : std::vector{v.text};
  });
  secret("auth.nextauth_secret", config.nextauth_secret);
  with("auth.api_keys", [&](const TomlValue& v) {
    for (const TomlValue& entry : v.elements) config.api_keys.push_back(configured_key(entry));
  });
}

bool takes_tokens(const Config& config) {
  return !config.jwt_secret.empty() || !config.jwt_public_key.empty() ||
         !config.jwks_file.empty() || !config.nextauth_secret.empty();
}

Faults auth_faults(const Config& config) {
  Faults faults;
  check_secret(config, faults);
  check_public_keys(config, faults);
  check_nextauth(config, faults);
  check_api_keys(config, faults);
  return faults;
}

std::vector<std::string> auth_notes(const Config& config) {
  std::vector<std::string> notes;
  if (!config.dev && !takes_tokens(config))
    notes.emplace_back(
        "no token can be verified or made, so heartbeats and viewers, which need a user's token, "
        "are "
        "answered 401: set auth.jwt_secret, jwt_public_key, jwks_file or nextauth_secret where "
        "they "
        "are wanted; an admin's routes take an API key with the scope admin as well");
  if (!config.nextauth_secret.empty() && config.allowed_origins.empty())
    notes.emplace_back(
        "auth.nextauth_secret is set, but server.allowed_origins is empty: a browser with "
        "NextAuth's cookie may read and can write nothing");
  return notes;
}

}  // namespace syncline
