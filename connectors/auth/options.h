// What the configuration says about credentials. Made once at start (ops/cli), constant after that.
// Public keys are not in it but in the KeyRing, for those of a file may change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/auth/algorithm.h"
#include "engine/limits.h"
#include "schemas/types.h"

namespace syncline {

struct ApiKey {
  std::string name;
  std::string key;
  std::vector<std::string> scopes;
  std::string tenant;
};

// How the claims of a token are read.
struct ClaimRules {
  std::string user = "sub";
  std::string role;                        // "": `role` and `roles`
  std::string issuer;                      // "": not checked
  std::string audience;                    // "": not checked
  Duration leeway = limits::kTokenLeeway;  // how far the issuer's clock may be ahead of ours
};

struct AuthOptions {
  bool dev = false;
  std::string jwt_secret;             // "": none
  std::vector<Algorithm> algorithms;  // empty: of each key the usual one of its kind
  ClaimRules claims;
  std::vector<std::string> cookies = {"__Secure-next-auth.session-token",
                                      "next-auth.session-token"};  // the first that is there counts
  std::string nextauth_secret;  // "": encrypted cookies are not taken
  std::vector<ApiKey> api_keys;
  // Scopes that nobody needs to prove: `metrics:read` for public metrics, `sessions:write` for
  // sessions.auth = "none".
  std::vector<std::string> open_scopes;
};

}  // namespace syncline
