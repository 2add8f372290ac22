#include "ops/cli/config.h"

#include <algorithm>
#include <limits>

#include <unistd.h>

#include "ops/cli/config_auth.h"
#include "ops/cli/config_layers.h"
#include "ops/cli/config_mirror.h"
#include "ops/cli/secret_file.h"

namespace syncline {
namespace {

constexpr std::string_view kSessionsScope = "sessions:write";
constexpr const char* kDefaultFile = "syncline.toml";
constexpr std::string_view kSecretKeys[] = {
    "auth.jwt_secret",         "auth.api_keys",    "auth.nextauth_secret", "webhooks.secret",
    "webhooks.encryption_key", "sync.cron_secret", "mirror.librdkafka"};

// Not left alone but refused: who names a certificate must not be served in the clear without a
// word.
constexpr std::string_view kTlsKeys[] = {"server.tls_cert", "server.tls_key"};

bool acted_on(std::string_view key) {
  return find_config_key(key)->used || std::ranges::find(kTlsKeys, key) != std::end(kTlsKeys);
}

PresenceModuleConfig presence_module(const TomlValue& entry) {
  PresenceModuleConfig module;
  for (const auto& [name, value] : entry.members)
    (name == "id" ? module.id : module.name) = value.text;
  return module;
}

SessionsAuth sessions_auth(const std::string& name) {
  if (name == "none") return SessionsAuth::none;
  return name == "jwt" ? SessionsAuth::jwt : SessionsAuth::api_key;
}

// From checked settings; what is not set keeps its default.
Config fill(const Settings& settings, bool dev) {
  Config config;
  config.dev = dev;
  config.node = *OriginId::from("a");
  if (dev)
    config.allowed_origins = {"http://localhost:3003", "http://localhost:3594",
                              "tauri://localhost"};

  const auto with = [&](std::string_view key, auto use) {
    if (const Setting* setting = settings.find(key)) use(setting->value);
  };
  const auto text = [&](std::string_view key, auto& target) {
    with(key, [&](const TomlValue& value) { target = value.text; });
  };
  with("node.id", [&](const TomlValue& v) { config.node = *OriginId::from(v.text); });
  with("server.listen", [&](const TomlValue& v) { config.listen = *listen_address_from(v.text); });
  with("server.allowed_origins", [&](const TomlValue& v) { config.allowed_origins = texts(v); });
  with("server.public_metrics", [&](const TomlValue& v) { config.public_metrics = v.boolean; });
  with("server.rate", [&](const TomlValue& v) {
    if (!v.text.empty()) config.address_rate = *rate_from(v.text);
  });
  text("log.data", config.data);
  text("log.backups", config.backups);
  with("log.reserve", [&](const TomlValue& v) { config.reserve = *size_from(v.text); });
  fill_auth(settings, config);
  with("sessions.auth", [&](const TomlValue& v) { config.sessions_auth = sessions_auth(v.text); });
  with("sessions.expire_after_intervals",
       [&](const TomlValue& v) { config.expire_after_intervals = static_cast<int>(v.integer); });
  with("presence.expiry",
       [&](const TomlValue& v) { config.presence.expiry = *duration_from(v.text); });
  text("presence.timezone", config.presence.timezone);
  with("presence.rate", [&](const TomlValue& v) { config.presence.rate = *rate_from(v.text); });
  with("presence.modules", [&](const TomlValue& v) {
    config.presence.modules.clear();
    for (const TomlValue& entry : v.elements)
      config.presence.modules.push_back(presence_module(entry));
  });
  fill_mirror(settings, config);
  for (const auto& [name, setting] : settings.by_key)
    if (!acted_on(name)) config.unused.emplace_back(name);
  return config;
}

// What settings must be together. Holds references for the length of one check.
class Rules {
 public:
  Rules(const Settings& settings, const ConfigSources& sources, std::vector<ConfigFault>& faults)
      : settings_(settings), sources_(sources), faults_(faults) {}

  void check(const Config& config) {
    check_address(config);
    for (auto& [key, what] : auth_faults(config)) fault(key, std::move(what));
    for (auto& [key, what] : mirror_faults(config)) fault(key, std::move(what));
    check_tls();
    // A wrong value has been told; what would follow from it has not to be told as well.
    const bool clear = std::none_of(settings_.wrong.begin(), settings_.wrong.end(), [](auto key) {
      return key.starts_with("sessions.") || key.starts_with("auth.");
    });
    if (!config.dev && clear) check_sessions(config);
  }

 private:
  void fault(std::string_view key, std::string what) {
    const Setting* setting = settings_.find(key);
    const std::string nowhere = sources_.file.empty() ? "configuration" : sources_.file.string();
    faults_.push_back({setting ? setting->where : nowhere,
                       setting ? setting->written : std::string(key), std::move(what)});
  }

  void check_address(const Config& config) {
    if (config.dev && !config.listen.loopback())
      fault("server.listen",
            "--dev lets callers in without a login, so it serves this machine alone; write a "
            "loopback address, like \"127.0.0.1:3594\", or leave --dev out");
  }

  void check_tls() {
    for (const std::string_view key : kTlsKeys)
      if (settings_.find(key) != nullptr)
        fault(key,
              "is set, but this version serves plain HTTP alone; put a proxy that speaks TLS in "
              "front of it, and take this out");
  }

  void check_sessions(const Config& config) {
    const bool keyed =
        std::any_of(config.api_keys.begin(), config.api_keys.end(), [](const ConfiguredKey& entry) {
          return std::find(entry.scopes.begin(), entry.scopes.end(), kSessionsScope) !=
                 entry.scopes.end();
        });
    switch (config.sessions_auth) {
      case SessionsAuth::unset:
        return fault("sessions.auth",
                     "is not set, and without --dev it must say how syncs are let in: write "
                     "\"api_key\" (and an entry of auth.api_keys with the scope sessions:write), "
                     "\"jwt\" (and auth.jwt_secret), or \"none\" on a loopback address");
      case SessionsAuth::api_key:
        if (!keyed)
          fault("sessions.auth",
                "is \"api_key\", but no API key could get in: add an entry to auth.api_keys with "
                "the scope sessions:write, or write \"jwt\"");
        return;
      case SessionsAuth::jwt:
        if (!takes_tokens(config))
          fault(
              "sessions.auth",
              "is \"jwt\", which needs auth.jwt_secret, or auth.jwt_public_key, auth.jwks_file or "
              "auth.nextauth_secret");
        return;
      case SessionsAuth::none:
        if (!config.listen.loopback())
          fault("sessions.auth",
                "\"none\" lets everybody write, so it needs a loopback address in server.listen; "
                "write \"api_key\", or listen on 127.0.0.1");
        return;
    }
  }

  const Settings& settings_;
  const ConfigSources& sources_;
  std::vector<ConfigFault>& faults_;
};

// Those of the file in the order of its lines, then the others as they were found.
void sort_by_line(std::vector<ConfigFault>& faults, const std::filesystem::path& file) {
  const std::string in_file = file.string() + ':';
  const auto line = [&](const ConfigFault& fault) {
    if (!fault.where.starts_with(in_file)) return std::numeric_limits<int>::max();
    return std::stoi(fault.where.substr(in_file.size()));
  };
  std::ranges::stable_sort(faults, {}, line);
}

std::vector<std::string> notes_on(const Config& config, const Settings& settings,
                                  const std::filesystem::path& file) {
  std::vector<std::string> notes = auth_notes(config);
  const std::string in_file = file.string() + ':';
  const bool secret =
      std::any_of(std::begin(kSecretKeys), std::end(kSecretKeys), [&](std::string_view key) {
        const Setting* setting = settings.find(key);
        return setting != nullptr && setting->where.starts_with(in_file);
      });
  if (secret && others_can_read(file)) notes.push_back(make_unreadable(file));
  const bool login = std::ranges::any_of(settings.by_key, [&](const auto& entry) {
    const auto& [key, setting] = entry;
    return (key.starts_with("auth.") || key == "sessions.auth") &&
           setting.where.starts_with(in_file);
  });
  if (config.dev && login) {
    notes.push_back(file.string() +
                    " says who may log in, and --dev lets callers in without a login all the same; "
                    "leave --dev out where it must hold");
  }
  return notes;
}

}  // namespace

std::filesystem::path config_file(const std::string& given) {
  std::error_code ignored;
  if (!given.empty() || !std::filesystem::exists(kDefaultFile, ignored)) return given;
  return kDefaultFile;
}

NamedTexts process_environment() {
  NamedTexts variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != text.npos)
      variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string ConfigFault::text() const {
  return where + (key.empty() ? "" : ": " + key) + ": " + what;
}

ConfigReading read_config(const ConfigSources& sources) {
  Settings settings = gather_settings(sources);
  ConfigReading reading{{}, std::move(settings.faults)};
  reading.config = fill(settings, sources.dev);
  // What a file that could not be read leaves open is not another fault.
  if (settings.unread) return reading;
  reading.config.notes = notes_on(reading.config, settings, sources.file);
  Rules(settings, sources, reading.faults).check(reading.config);
  sort_by_line(reading.faults, sources.file);
  return reading;
}

Result<Config> load_config(const ConfigSources& sources) {
  ConfigReading reading = read_config(sources);
  if (reading.faults.empty()) return std::move(reading.config);
  std::string message;
  for (const ConfigFault& fault : reading.faults)
    message += (message.empty() ? "" : "\n") + fault.text();
  return Error{ErrorCode::invalid, std::move(message)};
}

}  // namespace syncline
