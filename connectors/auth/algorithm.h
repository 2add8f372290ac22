// The signature algorithms of tokens (RFC 7518, 3.1; EdDSA with Ed25519: RFC 8037), and the one
// kind of key that each takes. Verification is token_key.h's. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace syncline {

// clang-format off
enum class Algorithm : std::uint8_t {
  hs256, hs384, hs512,
  rs256, rs384, rs512,
  ps256, ps384, ps512,
  es256, es384, es512,
  eddsa,
};
// clang-format on

enum class KeyKind : std::uint8_t { secret, rsa, p256, p384, p521, ed25519 };

std::string_view name(Algorithm algorithm);                      // "HS256"
std::optional<Algorithm> algorithm_from(std::string_view name);  // exactly as spelled there
KeyKind key_kind(Algorithm algorithm);
int hash_bits(Algorithm algorithm);  // 256, 384 or 512; EdDSA, which hashes by itself: 0
// Of an HS…: a secret as long as the hash (RFC 7518, 3.2).
std::size_t secret_bytes_min(Algorithm algorithm);
// What a key is for when nobody says: HS256, RS256, and of the others the only one there is.
Algorithm usual_algorithm(KeyKind kind);

}  // namespace syncline
