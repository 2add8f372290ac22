// The table of all configuration keys, those of parts to come included: name, shape, and what a
// value must be. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ops/cli/toml_text.h"

namespace syncline {

struct ConfigKey {
  std::string_view name;  // "server.listen"
  TomlKind kind;          // how its text from the environment or a flag is read
  std::string (*fault)(const TomlValue& value);  // "": right; else what to write
  bool used = false;                             // this version acts on it
  std::string_view variable = {};                // a second name in the environment
};

std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view name);  // nullptr: there is none
// SYNCLINE_SERVER_LISTEN for server.listen
std::string variable_of(const ConfigKey& key);

}  // namespace syncline
