// The part of the configuration that says where the mirror writes ([mirror]): from settings to
// Config, what its values must be, and from Config to what the mirror is made with. A property of
// librdkafka that is written as "file:NAME" has its value in that file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/mirror/mirror_options.h"
#include "ops/cli/config.h"
#include "ops/cli/config_layers.h"

namespace syncline {

void fill_mirror(const Settings& settings, Config& config);

// Key and what is wrong with it, never with a value. Reads the files that are named.
std::vector<std::pair<std::string_view, std::string>> mirror_faults(const Config& config);

// Errors: not_found, invalid or io, of a file that a property names.
Result<MirrorOptions> mirror_options(const Config& config);

}  // namespace syncline
