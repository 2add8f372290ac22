// Encrypted tokens as NextAuth v4 puts them into its cookie: the compact form of JWE (RFC 7516),
// `alg` dir and `enc` A256GCM and nothing else, the key made from NEXTAUTH_SECRET. Whoever has
// encrypted such a token has the secret, so it needs no signature. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

class JsonDocument;

using ContentKey = std::array<unsigned char, 32>;

// HKDF-SHA256 (RFC 5869) of the secret, no salt, info "NextAuth.js Generated Encryption Key".
ContentKey nextauth_key(std::string_view secret);

// Error: invalid, for the person whose token it is.
Result<std::string> decrypted_payload(std::string_view token, const ContentKey& key,
                                      JsonDocument& json);

}  // namespace syncline
