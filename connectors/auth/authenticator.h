// Turns a request's credentials into a Principal, and holds it against what the route asks: a token
// (`Authorization: Bearer`, jws.h), an API key (`x-api-key`, or Bearer), compared by digest in
// constant time, or where neither is sent the session cookie, with a signed token in it or an
// encrypted one (jwe.h). Verified tokens are kept until they expire or the keys change.
// Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "connectors/auth/access.h"
#include "connectors/auth/key_ring.h"
#include "connectors/auth/options.h"
#include "connectors/auth/refused_logins.h"
#include "engine/clock.h"

namespace syncline {

class Authenticator {
 public:
  Authenticator(AuthOptions options, KeyRing keys, Clock& clock);
  ~Authenticator();

  // From now on tokens are verified with these keys, those that were verified before as well.
  void use(KeyRing keys);

  // The caller, when `access` lets it in. Else an error with the HTTP status to answer: 401 (who
  // are you), 403 (not you) or 429 (too many wrong credentials from there), and a message for the
  // person.
  struct Refusal {
    int status;
    std::string message;
    std::optional<std::chrono::seconds> retry_after;  // of 429
    bool no_credential = false;  // 401: none came; else the message is of the one that did
  };
  // A bad credential is refused even where dev mode needs none, so that it shows early; but a bad
  // cookie, which a browser sends unasked, is not, and a route that is open to everybody ignores
  // either.
  std::variant<Principal, Refusal> admit(const Request& request, const Access& access);

  // Addresses that were answered 429 since they were given out here, at most once a minute each.
  std::vector<RefusedLogin> refused_logins();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
