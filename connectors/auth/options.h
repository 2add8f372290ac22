// What the configuration says about credentials. Made once at start (ops/cli), constant after that.
#pragma once

#include <string>
#include <vector>

namespace syncline {

struct ApiKey {
  std::string name;
  std::string key;
  std::vector<std::string> scopes;
  std::string tenant;
};

struct AuthOptions {
  bool dev = false;
  std::string jwt_secret;  // "": tokens are not accepted
  std::string user_claim = "sub";
  std::string role_claim;  // "": `role` and `roles`
  std::string issuer;      // "": not checked
  std::string audience;    // "": not checked
  std::vector<ApiKey> api_keys;
  // Scopes that nobody needs to prove: `metrics:read` for public metrics, `sessions:write` for
  // sessions.auth = "none".
  std::vector<std::string> open_scopes;
};

}  // namespace syncline
