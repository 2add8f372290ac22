// Signed tokens: the compact form of JWS (RFC 7515), verified and made. The signature is checked
// before the payload is decoded. Pure.
#pragma once

#include <string>
#include <string_view>

#include "connectors/auth/key_ring.h"

namespace syncline {

class JsonDocument;

// What a key of `keys` has signed. Error: invalid, for the person whose token it is.
Result<std::string> signed_payload(std::string_view token, const KeyRing& keys, JsonDocument& json);

// `algorithm` is an HS….
std::string sign_payload(std::string_view payload, Algorithm algorithm, std::string_view secret);

}  // namespace syncline
