// The three places a setting can come from, laid over each other: file, environment, command line.
// Here a name becomes a key and a value is checked by itself; what settings mean together is
// config.cc's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ops/cli/config.h"
#include "ops/cli/config_keys.h"

namespace syncline {

struct Setting {
  TomlValue value;
  std::string where;    // as in ConfigFault
  std::string written;  // the key as it was written there
};

struct Settings {
  std::map<std::string_view, Setting> by_key;  // ConfigKey::name
  std::vector<ConfigFault> faults;
  bool unread = false;               // the file is not there, or is not TOML
  std::set<std::string_view> wrong;  // keys that some place gave a value they cannot have

  const Setting* find(std::string_view key) const;
};

std::vector<std::string> texts(const TomlValue& list);

Settings gather_settings(const ConfigSources& sources);

// One file alone, over what `settings` holds.
void lay_file(const std::filesystem::path& file, Settings& settings);

}  // namespace syncline
