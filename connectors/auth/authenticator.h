// Turns a request's credentials into a Principal. Bearer JWT (HS256; the algorithm is fixed by the
// configuration, never by the token) or API key (`x-api-key`, or Bearer), both compared in constant
// time. Verified tokens are cached by their hash until they expire. Thread-safe.
#pragma once

#include <memory>
#include <variant>
#include <string>
#include <vector>

#include "connectors/auth/access.h"
#include "engine/clock.h"
#include "engine/error.h"

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
  std::string role_claim;  // "": `role` or `roles`
  std::string issuer;      // "": not checked
  std::string audience;    // "": not checked
  std::vector<ApiKey> api_keys;
};

class Authenticator {
 public:
  Authenticator(AuthOptions options, Clock& clock);
  ~Authenticator();

  // The caller, when `access` lets it in. Else an error with the HTTP status to answer: 401 (who are
  // you) or 403 (not you), and a message for the person.
  struct Refusal {
    int status;
    std::string message;
  };
  std::variant<Principal, Refusal> admit(const Request& request, const Access& access);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A signed token, HS256. `ttl` from `now`.
Result<std::string> make_token(const std::string& secret, const std::string& subject,
                               const std::vector<std::string>& roles, std::chrono::seconds ttl,
                               Time now);

}  // namespace syncline
