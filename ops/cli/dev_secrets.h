// The secrets of `serve --dev`: made once, kept in <data>/dev.toml (mode 0600) under the names of
// the configuration, so that tokens outlive a restart. What the configuration names itself comes
// first.
#pragma once

#include <filesystem>

#include "engine/rng.h"
#include "ops/cli/config.h"

namespace syncline {

struct DevSecrets {
  Secret jwt;             // auth.jwt_secret
  Secret webhook;         // webhooks.secret
  Secret cron;            // sync.cron_secret
  Secret encryption_key;  // webhooks.encryption_key, base64 of 32 bytes
};

// `not_found` without the file; `invalid` when others can read it or it is not complete; `io`.
Result<DevSecrets> load_dev_secrets(const std::filesystem::path& data);
// Makes folder and file when they are missing. Of two processes that start at once, both get the
// same secrets.
Result<DevSecrets> make_dev_secrets(const std::filesystem::path& data, Rng& rng);

// Fills in what the configuration left open.
void adopt(const DevSecrets& secrets, Config& config);

}  // namespace syncline
