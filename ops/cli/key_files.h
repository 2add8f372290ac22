// The keys that tokens are verified with, from where the configuration says they are. Errors:
// invalid, not_found or io, about the file, for the operator; never what is in it.
#pragma once

#include <string>

#include "connectors/auth/key_ring.h"
#include "ops/cli/config.h"

namespace syncline {

// A plain file of at most limits::kKeyFileBytes.
Result<std::string> read_key_file(const std::filesystem::path& file);

Result<RingKey> public_key(const Config& config);              // auth.jwt_public_key, which is set
Result<std::vector<RingKey>> jwks_keys(const Config& config);  // auth.jwks_file, which is set

}  // namespace syncline
