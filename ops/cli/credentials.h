// From the configuration to what the authenticator needs, and the tokens that it will take.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "connectors/auth/key_ring.h"
#include "ops/cli/config.h"

namespace syncline {

AuthOptions auth_options(const Config& config);
// Of auth.jwt_secret, and of the files that auth.jwt_public_key and auth.jwks_file name, read now.
// The message of an error names the key of the configuration.
Result<KeyRing> key_ring(const Config& config);

// `syncline token`: signed with the secret of a data folder that `serve --dev` has used (`data`),
// or of a configuration (`file`); one of the two is set.
struct TokenWish {
  std::filesystem::path data;
  std::filesystem::path file;
  std::string subject;
  std::vector<std::string> roles;
  std::chrono::seconds ttl{std::chrono::hours(24)};
};
Result<std::string> token_for(const TokenWish& wish, const NamedTexts& environment, Time now);

}  // namespace syncline
