// What the compact forms of JWS and JWE have in common (RFC 7515, 7.1; RFC 7516, 7.1): parts of
// base64url between dots, the first a JSON header. Keys and addresses of keys that a header carries
// (`jwk`, `x5c`, `jku`, `x5u`) are not looked at: only the configuration says what to trust. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace syncline {

class JsonDocument;

struct JoseHeader {
  std::string algorithm;              // `alg`
  std::string encryption;             // `enc`; "" in a JWS
  std::optional<std::string> key_id;  // `kid`
};

// Exactly `count`, of a token of at most limits::kTokenBytes. Error: invalid.
Result<std::vector<std::string_view>> token_parts(std::string_view token, std::size_t count);
// Refused are `crit` and `zip` (no extension is known here), a `typ` that is not JWT or at+jwt,
// and members of the wrong kind. Error: invalid.
Result<JoseHeader> read_jose_header(std::string_view part, JsonDocument& json);

}  // namespace syncline
