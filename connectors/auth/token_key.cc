#include "connectors/auth/token_key.h"

#include <array>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "connectors/auth/roca.h"

namespace syncline {
namespace {

constexpr int kRsaBitsMin = 2048;    // RFC 7518, 3.3
constexpr int kRsaBitsMax = 16'384;  // OpenSSL's own bound: a verification takes below 1 ms

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

struct Curve {
  KeyKind kind;
  const char* group;         // OpenSSL's name
  std::size_t field_bytes;   // of a coordinate
  std::size_t number_bytes;  // of r, and of s
};
constexpr Curve kCurves[] = {{KeyKind::p256, "prime256v1", 32, 32},
                             {KeyKind::p384, "secp384r1", 48, 48},
                             {KeyKind::p521, "secp521r1", 66, 66}};

const Curve* find_curve(KeyKind kind) {
  for (const Curve& curve : kCurves)
    if (curve.kind == kind) return &curve;
  return nullptr;
}

Error refused(std::string message) {
  ERR_clear_error();  // what OpenSSL left behind belongs to this refusal
  return Error{ErrorCode::invalid, std::move(message)};
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

std::shared_ptr<EVP_PKEY> made(const char* type, OSSL_PARAM_BLD* parts) {
  const Params params(OSSL_PARAM_BLD_to_param(parts));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return owned(key);
}

const EVP_MD* hash_of(Algorithm algorithm) {
  switch (hash_bits(algorithm)) {
    case 256:
      return EVP_sha256();
    case 384:
      return EVP_sha384();
    case 512:
      return EVP_sha512();
    default:
      return nullptr;  // what OpenSSL wants to hear for EdDSA
  }
}

bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::ps256 || algorithm == Algorithm::ps384 ||
         algorithm == Algorithm::ps512;
}

// From r and s side by side (RFC 7518, 3.4) to the DER that OpenSSL reads; "" when it cannot be.
std::string der_of(std::string_view both, const Curve& curve) {
  Number r = number(both.substr(0, curve.number_bytes));
  Number s = number(both.substr(curve.number_bytes));
  const EcdsaSignature signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return "";
  static_cast<void>(r.release());  // the signature's now
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return "";
  std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

std::optional<KeyKind> kind_of(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyKind::rsa;
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyKind::ed25519;
  std::array<char, 32> group{};
  if (EVP_PKEY_is_a(key, "EC") != 1 ||
      EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1)
    return std::nullopt;
  for (const Curve& curve : kCurves)
    if (std::string_view(group.data()) == curve.group) return curve.kind;
  return std::nullopt;
}

}  // namespace

TokenKey TokenKey::from_secret(std::string secret) {
  return {KeyKind::secret, std::move(secret), nullptr};
}

Result<TokenKey> TokenKey::from_pem(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  const std::size_t first = pem.find(kBegin);
  if (first == pem.npos)
    return refused("is not a key in PEM, which begins `-----BEGIN PUBLIC KEY`");
  if (pem.find(kBegin, first + 1) != pem.npos)
    return refused("holds more than one key; name one, or write them into auth.jwks_file");
  if (pem.substr(first).find("PRIVATE KEY-----") != pem.npos)
    return refused(
        "holds a private key, which this server must not have; give its public part, from "
        "`openssl pkey -pubout`");
  if (pem.substr(first).starts_with("-----BEGIN CERTIFICATE"))
    return refused("holds a certificate; give its public key, from `openssl x509 -pubkey -noout`");
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Public key = owned(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  if (!key) return refused("is not a public key in PEM, or is damaged");
  return checked(std::move(key));
}

Result<TokenKey> TokenKey::from_rsa(std::string_view modulus, std::string_view exponent) {
  const Builder parts(OSSL_PARAM_BLD_new());
  const Number n = number(modulus), e = number(exponent);
  if (!parts || !n || !e ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return refused("is not an RSA key");
  Public key = made("RSA", parts.get());
  if (!key) return refused("is not an RSA key");
  return checked(std::move(key));
}

Result<TokenKey> TokenKey::from_point(KeyKind kind, std::string_view x, std::string_view y) {
  const Curve* curve = find_curve(kind);
  SYNCLINE_CHECK(curve != nullptr);
  if (x.size() != curve->field_bytes || y.size() != curve->field_bytes)
    return refused("has coordinates of another length than its curve's");
  const std::string point = '\4' + std::string(x) + std::string(y);  // uncompressed (SEC 1, 2.3.3)
  const Builder parts(OSSL_PARAM_BLD_new());
  if (!parts ||
      OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return refused("is not a point");
  Public key = made("EC", parts.get());
  if (!key) return refused("is a point that is not on its curve");
  return checked(std::move(key));
}

Result<TokenKey> TokenKey::from_ed25519(std::string_view key) {
  Public made(
      owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(key), key.size())));
  if (!made) return refused("is not an Ed25519 key of 32 bytes");
  return checked(std::move(made));
}

Result<TokenKey> TokenKey::checked(Public key) {
  const auto kind = kind_of(key.get());
  if (!kind)
    return refused(
        "is of a kind that no token is verified with; RSA, P-256, P-384, P-521 or "
        "Ed25519 are");
  if (kind == KeyKind::rsa) {
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < kRsaBitsMin || bits > kRsaBitsMax)
      return refused("is an RSA key of " + std::to_string(bits) +
                     " bits; it must have 2048 to 16384, for example from `openssl genrsa 3072`");
    BIGNUM* modulus = nullptr;
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_N, &modulus);
    const Number n(modulus);
    if (!n || is_roca_modulus(*n))
      return refused("is an RSA key from a generator that is broken (ROCA); make a new one");
  }
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1)
    return refused("is a key that does not hold together: its numbers are not those of a key");
  return TokenKey(*kind, "", std::move(key));
}

std::string mac_of(Algorithm algorithm, std::string_view secret, std::string_view text) {
  SYNCLINE_CHECK(key_kind(algorithm) == KeyKind::secret);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const auto* done = HMAC(hash_of(algorithm), secret.data(), static_cast<int>(secret.size()),
                          bytes(text), text.size(), mac.data(), &size);
  SYNCLINE_CHECK(done != nullptr);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

bool TokenKey::verifies_mac(Algorithm algorithm, std::string_view text,
                            std::string_view mac) const {
  const std::string expected = mac_of(algorithm, secret_, text);
  return mac.size() == expected.size() &&
         CRYPTO_memcmp(mac.data(), expected.data(), expected.size()) == 0;
}

bool TokenKey::verifies(Algorithm algorithm, std::string_view text,
                        std::string_view signature) const {
  if (key_kind(algorithm) != kind_) return false;
  if (kind_ == KeyKind::secret) return verifies_mac(algorithm, text, signature);

  std::string der;
  if (const Curve* curve = find_curve(kind_)) {
    if (signature.size() != 2 * curve->number_bytes) return false;
    der = der_of(signature, *curve);
    signature = der;
  } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(public_.get()))) {
    return false;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  const bool ready = context && EVP_DigestVerifyInit(context.get(), &options, hash_of(algorithm),
                                                     nullptr, public_.get()) == 1;
  const bool padded =
      ready && (!is_pss(algorithm) ||
                (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1));
  const bool good = padded && EVP_DigestVerify(context.get(), bytes(signature), signature.size(),
                                               bytes(text), text.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace syncline
