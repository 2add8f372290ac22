// For tests: a compact JWS over any header and payload, right or wrong, and one that is read whole.
#pragma once

#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "connectors/auth/base64.h"
#include "connectors/auth/jws.h"
#include "connectors/auth/token.h"

namespace syncline {

inline std::string signed_text(std::string_view header, std::string_view payload,
                               std::string_view secret, const EVP_MD* hash = EVP_sha256()) {
  std::string text = base64url(header) + '.' + base64url(payload);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(hash, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return text + '.' + base64url({reinterpret_cast<const char*>(mac), size});
}

inline Result<VerifiedToken> verify_token(std::string_view token, const KeyRing& keys,
                                          const ClaimRules& rules, Time now, JsonDocument& json) {
  const auto payload = signed_payload(token, keys, json);
  if (!payload) return payload.error();
  return read_claims(*payload, rules, now, json);
}

}  // namespace syncline
