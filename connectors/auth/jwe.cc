#include "connectors/auth/jwe.h"

#include <memory>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "connectors/auth/base64.h"
#include "connectors/auth/jose.h"

namespace syncline {
namespace {

// RFC 7518, 5.3.
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct Sealed {
  std::string_view associated;  // the header as it was sent
  std::string nonce, text, tag;
};

// "" and false: the tag is not that of this text under this key.
bool open_sealed(const Sealed& sealed, const ContentKey& key, std::string& plain) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string tag = sealed.tag;  // OpenSSL asks for one that could be written
  plain.resize(sealed.text.size());
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  int size = 0;
  const bool good =
      context &&
      EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.data(), bytes(sealed.nonce),
                          nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes(sealed.associated),
                        static_cast<int>(sealed.associated.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), out, &size, bytes(sealed.text),
                        static_cast<int>(sealed.text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), out + size, &size) == 1;
  if (!good) plain.clear();
  return good;
}

}  // namespace

ContentKey nextauth_key(std::string_view secret) {
  constexpr std::string_view kInfo = "NextAuth.js Generated Encryption Key";
  const auto octets = [](const char* name, std::string_view text) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(text.data()), text.size());
  };
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>("SHA256"), 0),
      octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, kInfo),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> hkdf(
      EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      EVP_KDF_CTX_new(hkdf.get()), EVP_KDF_CTX_free);
  ContentKey key;
  SYNCLINE_CHECK(EVP_KDF_derive(context.get(), key.data(), key.size(), params) == 1);
  return key;
}

Result<std::string> decrypted_payload(std::string_view token, const ContentKey& key,
                                      JsonDocument& json) {
  const auto parts = token_parts(token, 5);
  if (!parts) return parts.error();
  const auto header = read_jose_header((*parts)[0], json);
  if (!header) return header.error();
  if (header->algorithm != "dir" || header->encryption != "A256GCM")
    return refused("the token is not encrypted with `dir` and A256GCM, as NextAuth v4 does");
  if (!(*parts)[1].empty()) return refused("the token brings a key, which `dir` does not");
  auto nonce = from_base64url((*parts)[2]);
  auto text = from_base64url((*parts)[3]);
  auto tag = from_base64url((*parts)[4]);
  if (!nonce || !text || !tag || nonce->size() != kNonceBytes || tag->size() != kTagBytes)
    return refused("the encrypted token is damaged");
  std::string payload;
  const Sealed sealed{(*parts)[0], std::move(*nonce), std::move(*text), std::move(*tag)};
  if (!open_sealed(sealed, key, payload))
    return refused("the token was not encrypted with this server's auth.nextauth_secret");
  return payload;
}

}  // namespace syncline
