// Turns a request's credentials into a Principal, and holds it against what the route asks. Bearer
// JWT (token.h) or API key (`x-api-key`, or Bearer), keys compared by digest in constant time.
// Verified tokens are cached until they expire. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "connectors/auth/access.h"
#include "connectors/auth/options.h"
#include "connectors/auth/token.h"
#include "engine/clock.h"

namespace syncline {

class Authenticator {
 public:
  Authenticator(AuthOptions options, Clock& clock);
  ~Authenticator();

  // The caller, when `access` lets it in. Else an error with the HTTP status to answer: 401 (who
  // are you) or 403 (not you), and a message for the person.
  struct Refusal {
    int status;
    std::string message;
  };
  // A bad credential is refused even where dev mode needs none, so that it shows early; a route
  // that is open for everybody ignores it.
  std::variant<Principal, Refusal> admit(const Request& request, const Access& access);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
