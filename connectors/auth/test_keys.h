// For tests: key pairs that are made anew, what they sign, and their public part as it is written
// into configurations.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "connectors/auth/algorithm.h"
#include "connectors/auth/base64.h"
#include "engine/error.h"

namespace syncline {

class TestKey {
 public:
  // Of a kind but `secret`; `bits`: of an RSA modulus.
  explicit TestKey(KeyKind kind, std::size_t bits = 2048) : kind_(kind), key_(made(kind, bits)) {
    SYNCLINE_CHECK(key_ != nullptr);
  }

  KeyKind kind() const { return kind_; }

  std::string sign(Algorithm algorithm, std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr;
    const auto* in = reinterpret_cast<const unsigned char*>(text.data());
    SYNCLINE_CHECK(
        EVP_DigestSignInit(context.get(), &options, hash(algorithm), nullptr, key_.get()) == 1);
    if (name(algorithm).starts_with("PS")) {
      SYNCLINE_CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
      SYNCLINE_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    std::size_t size = 0;
    SYNCLINE_CHECK(EVP_DigestSign(context.get(), nullptr, &size, in, text.size()) == 1);
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    SYNCLINE_CHECK(EVP_DigestSign(context.get(), out, &size, in, text.size()) == 1);
    signature.resize(size);
    return name(algorithm).starts_with("ES") ? side_by_side(signature) : signature;
  }

  // A compact JWS.
  std::string token(Algorithm algorithm, std::string_view header, std::string_view payload) const {
    const std::string text = base64url(header) + '.' + base64url(payload);
    return text + '.' + base64url(sign(algorithm, text));
  }
  std::string token(Algorithm algorithm, std::string_view payload) const {
    return token(algorithm, "{\"alg\":\"" + std::string(name(algorithm)) + "\"}", payload);
  }

  std::string pem() const {
    return written([this](BIO* out) { return PEM_write_bio_PUBKEY(out, key_.get()); });
  }
  std::string private_pem() const {
    return written([this](BIO* out) {
      return PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

  // As a JWK; `more`: members besides, like `,"kid":"a"`.
  std::string jwk(std::string_view more = "") const {
    std::string members;
    switch (kind_) {
      case KeyKind::rsa:
        members = R"("kty":"RSA","n":")" + base64url(number(OSSL_PKEY_PARAM_RSA_N, 0)) +
                  R"(","e":")" + base64url(number(OSSL_PKEY_PARAM_RSA_E, 0)) + '"';
        break;
      case KeyKind::ed25519: {
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                    &size);
        members = R"("kty":"OKP","crv":"Ed25519","x":")" + base64url(raw) + '"';
        break;
      }
      default:
        members = R"("kty":"EC","crv":")" + std::string(curve()) + R"(","x":")" +
                  base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, field_bytes())) + R"(","y":")" +
                  base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, field_bytes())) + '"';
    }
    return '{' + members + std::string(more) + '}';
  }

  // Big-endian, at least `bytes` long.
  std::string number(const char* parameter, std::size_t bytes) const {
    BIGNUM* value = nullptr;
    SYNCLINE_CHECK(EVP_PKEY_get_bn_param(key_.get(), parameter, &value) == 1);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> owned(value, BN_free);
    std::string text(std::max(bytes, static_cast<std::size_t>(BN_num_bytes(value))), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()),
                 static_cast<int>(text.size()));
    return text;
  }
  std::size_t field_bytes() const {
    return kind_ == KeyKind::p256 ? 32 : kind_ == KeyKind::p384 ? 48 : 66;
  }

 private:
  using Key = std::shared_ptr<EVP_PKEY>;

  static Key made(KeyKind kind, std::size_t bits) {
    const auto own = [](EVP_PKEY* key) { return Key(key, EVP_PKEY_free); };
    if (kind == KeyKind::rsa) return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
    if (kind == KeyKind::ed25519) return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const char* curve = kind == KeyKind::p256 ? "P-256" : kind == KeyKind::p384 ? "P-384" : "P-521";
    return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
  }
  static const EVP_MD* hash(Algorithm algorithm) {
    const int bits = hash_bits(algorithm);
    return bits == 0     ? nullptr
           : bits == 256 ? EVP_sha256()
           : bits == 384 ? EVP_sha384()
                         : EVP_sha512();
  }
  std::string_view curve() const {
    return kind_ == KeyKind::p256 ? "P-256" : kind_ == KeyKind::p384 ? "P-384" : "P-521";
  }

  // From DER to r and s, each as long as the field.
  std::string side_by_side(const std::string& der) const {
    const auto* in = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
        d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::string both(2 * field_bytes(), '\0');
    auto* out = reinterpret_cast<unsigned char*>(both.data());
    const int size = static_cast<int>(field_bytes());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + size, size);
    return both;
  }

  template <typename Write>
  static std::string written(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    SYNCLINE_CHECK(write(out.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

  KeyKind kind_;
  Key key_;
};

}  // namespace syncline
