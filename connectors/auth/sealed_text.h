// For tests: a compact JWE over any header and payload, right or wrong. The nonce is always the
// same, which only a test may do.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "connectors/auth/base64.h"
#include "connectors/auth/jwe.h"

namespace syncline {

inline constexpr std::string_view kNextAuthHeader = R"({"alg":"dir","enc":"A256GCM"})";

inline std::string sealed_text(std::string_view header, std::string_view payload,
                               const ContentKey& key) {
  const std::string associated = base64url(header), nonce = "test's nonce";
  std::string text(payload.size(), '\0'), tag(16, '\0');
  const auto in = [](std::string_view view) {
    return reinterpret_cast<const unsigned char*>(view.data());
  };
  auto* out = reinterpret_cast<unsigned char*>(text.data());
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.data(), in(nonce), nullptr);
  EVP_EncryptUpdate(context.get(), nullptr, &size, in(associated),
                    static_cast<int>(associated.size()));
  EVP_EncryptUpdate(context.get(), out, &size, in(payload), static_cast<int>(payload.size()));
  EVP_EncryptFinal_ex(context.get(), out + size, &size);
  EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
  return associated + ".." + base64url(nonce) + '.' + base64url(text) + '.' + base64url(tag);
}

}  // namespace syncline
