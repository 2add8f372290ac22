// One key that verifies signatures: a secret (HMAC) or a public key, in OpenSSL's hands. What is
// weak or wrong is refused when the key is made, so a TokenKey is one that may be relied on: an RSA
// modulus of 2048 to 16384 bits, not of the broken generator (roca.h), and points on their curves.
// How long a secret must be is up to whoever takes it. Immutable; any thread may verify.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/auth/algorithm.h"
#include "engine/error.h"

struct evp_pkey_st;

namespace syncline {

class TokenKey {
 public:
  static TokenKey from_secret(std::string secret);
  // SubjectPublicKeyInfo ("BEGIN PUBLIC KEY"), alone in the text. Error: invalid.
  static Result<TokenKey> from_pem(std::string_view pem);
  // Numbers are big-endian bytes. Error: invalid.
  static Result<TokenKey> from_rsa(std::string_view modulus, std::string_view exponent);
  // `kind` is a curve; a coordinate has all the bytes of its field. Error: invalid.
  static Result<TokenKey> from_point(KeyKind kind, std::string_view x, std::string_view y);
  static Result<TokenKey> from_ed25519(std::string_view key);

  KeyKind kind() const { return kind_; }
  // False, too, for an algorithm of another kind of key. One signature has one spelling: its length
  // is that of the algorithm and key.
  bool verifies(Algorithm algorithm, std::string_view text, std::string_view signature) const;

 private:
  using Public = std::shared_ptr<evp_pkey_st>;
  TokenKey(KeyKind kind, std::string secret, Public key)
      : kind_(kind), secret_(std::move(secret)), public_(std::move(key)) {}
  static Result<TokenKey> checked(Public key);
  bool verifies_mac(Algorithm algorithm, std::string_view text, std::string_view mac) const;

  KeyKind kind_;
  std::string secret_;
  Public public_;  // null for a secret
};

// HMAC; `algorithm` is an HS….
std::string mac_of(Algorithm algorithm, std::string_view secret, std::string_view text);

}  // namespace syncline
