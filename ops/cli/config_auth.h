// The part of the configuration that says whom to trust ([auth]): from settings to Config, and what
// its values must be together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ops/cli/config.h"
#include "ops/cli/config_layers.h"

namespace syncline {

void fill_auth(const Settings& settings, Config& config);

// Key and what is wrong with it. Reads the files of keys that are named.
std::vector<std::pair<std::string_view, std::string>> auth_faults(const Config& config);
std::vector<std::string> auth_notes(const Config& config);

// Whether anybody could log in by a token or a cookie.
bool takes_tokens(const Config& config);

}  // namespace syncline
