// The configuration: a TOML file, over it the environment, over that the command line. Read once at
// start, constant after that. Every key is checked (config_keys.cc is their table), an unknown one
// is a fault that names the nearest, and all faults are told at once. A key of a part that this
// version does not have is checked too, and named in `unused`.
//
// In the environment a key is SYNCLINE_SECTION_KEY; WEBHOOK_SECRET, SYNC_WEBHOOK_URLS, CRON_SECRET,
// JWT_SECRET and NEXTAUTH_SECRET stand for keys as well, below those. An empty variable is not set.
// A list is "a, b", or as in TOML. Relative paths start at the working folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/auth/options.h"
#include "connectors/mirror/mirror_options.h"
#include "engine/error.h"
#include "ops/cli/quantity.h"
#include "ops/cli/secret.h"
#include "schemas/types.h"

namespace syncline {

struct ConfiguredKey {
  std::string name;
  Secret key;
  std::vector<std::string> scopes;
  std::string tenant;
};

// A module that users can be in: its id as beats say it, its name as readers are told it.
struct PresenceModuleConfig {
  std::string id, name;
};

struct PresenceConfig {
  std::chrono::milliseconds expiry = std::chrono::minutes(5);
  std::string timezone = "UTC";             // whose midnight begins a day
  Rate rate{120, std::chrono::minutes(1)};  // of one user's beats
  std::vector<PresenceModuleConfig> modules = {{"pms", "procurement"}, {"ih", "innovation"}};
};

// What MirrorOptions is made of (config_mirror.h): values may be secrets, or name files.
struct MirrorConfig {
  std::string brokers;  // "": no mirror
  std::string prefix = MirrorOptions().prefix;
  MirrorFormat format = MirrorOptions().format;
  std::uint32_t partitions = MirrorOptions().partitions;
  bool create_topics = MirrorOptions().create_topics;
  std::vector<std::pair<std::string, Secret>> librdkafka;
};

enum class SessionsAuth {
  unset,    // under --dev alone: nobody needs to log in
  api_key,  // an API key with scope sessions:write (which one must have), or a token
  jwt,      // a token, or an API key with scope sessions:write
  none,     // anybody; on a loopback address alone
};

struct Config {
  bool dev = false;
  OriginId node;                            // node.id, "a"
  ListenAddress listen{"127.0.0.1", 3594};  // server.listen
  std::vector<std::string> allowed_origins;
  bool public_metrics = false;
  std::optional<Rate> address_rate;      // server.rate; nullopt: none
  std::filesystem::path data = "data";   // log.data
  std::filesystem::path backups;         // log.backups; empty: none are made
  std::optional<std::uint64_t> reserve;  // log.reserve, bytes; nullopt: by the disk's size

  Secret jwt_secret;                // auth.*
  std::string jwt_public_key;       // PEM, or the name of a file with it
  std::filesystem::path jwks_file;  // empty: none
  std::vector<Algorithm> algorithms;
  ClaimRules claims;
  std::vector<std::string> cookies;  // empty: NextAuth's
  Secret nextauth_secret;
  std::vector<ConfiguredKey> api_keys;

  SessionsAuth sessions_auth = SessionsAuth::unset;
  int expire_after_intervals = 2;
  PresenceConfig presence;
  MirrorConfig mirror;

  std::vector<std::string> unused;  // keys that are set and that this version does not act on
  std::vector<std::string> notes;   // sentences: no faults, but worth knowing
};

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct ConfigSources {
  bool dev = false;
  std::filesystem::path file;  // "": none
  NamedTexts environment;      // {"SYNCLINE_SERVER_LISTEN", "127.0.0.1:3594"}
  NamedTexts flags;            // {"server.listen", "127.0.0.1:3594"}
};

NamedTexts process_environment();
// `given`; without it ./syncline.toml when that is there; else "".
std::filesystem::path config_file(const std::string& given);

struct ConfigFault {
  std::string where;  // "syncline.toml:12", "environment", "command line"
  std::string key;    // as it was written there; "": the file as a whole
  std::string what;   // what is wrong, and what to write instead; never a secret

  std::string text() const;  // "syncline.toml:12: server.listne: unknown key; …"
};

struct ConfigReading {
  Config config;  // of use when there is no fault
  std::vector<ConfigFault> faults;
};

ConfigReading read_config(const ConfigSources& sources);
// The same for who only needs to know whether: `invalid`, all faults, one a line.
Result<Config> load_config(const ConfigSources& sources);

}  // namespace syncline
