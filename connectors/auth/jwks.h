// JSON Web Key Sets (RFC 7517; keys: RFC 7518, 6 and RFC 8037), read strictly: a set is taken whole
// or not at all. Keys that are not for verifying tokens here (another `use`, `key_ops`, `kty`,
// `crv`, or an `alg` that is not configured) are passed over, as issuers publish them beside ours.
// Refused is one that is weak, private, or at odds with itself, a `kid` twice, and secrets beside
// public keys, which whoever publishes the set would give away. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "connectors/auth/key_ring.h"

namespace syncline {

class JsonDocument;

// `configured`: auth.algorithms; empty: each key's own `alg`, else the usual one of its kind.
// Error: invalid, naming the key by its place in the set and its `kid`; never what is in it.
Result<std::vector<RingKey>> read_jwks(std::string_view text, std::span<const Algorithm> configured,
                                       JsonDocument& json);

}  // namespace syncline
