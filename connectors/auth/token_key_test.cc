#include "connectors/auth/token_key.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/roca.h"
#include "connectors/auth/test_keys.h"

namespace syncline {
namespace {

using testing::HasSubstr;

constexpr std::string_view kText = "header.payload";

constexpr Algorithm kAll[] = {
    Algorithm::hs256, Algorithm::hs384, Algorithm::hs512, Algorithm::rs256, Algorithm::rs384,
    Algorithm::rs512, Algorithm::ps256, Algorithm::ps384, Algorithm::ps512, Algorithm::es256,
    Algorithm::es384, Algorithm::es512, Algorithm::eddsa};

// One of each kind for all tests: RSA keys take their time.
const TestKey& key_of(KeyKind kind) {
  static std::map<KeyKind, TestKey> keys;
  return keys.try_emplace(kind, kind).first->second;
}

const std::string kSecret(64, 's');

TokenKey verifier_of(KeyKind kind) {
  if (kind == KeyKind::secret) return TokenKey::from_secret(kSecret);
  return TokenKey::from_pem(key_of(kind).pem()).value();
}

std::string signature_of(Algorithm algorithm, std::string_view text) {
  if (key_kind(algorithm) == KeyKind::secret) return mac_of(algorithm, kSecret, text);
  return key_of(key_kind(algorithm)).sign(algorithm, text);
}

std::string fault_of(const Result<TokenKey>& key) { return key ? "taken" : key.error().message; }

TEST(Algorithm, NamesAreExact) {
  for (const Algorithm algorithm : kAll) EXPECT_EQ(algorithm_from(name(algorithm)), algorithm);
  for (const char* other : {"", "none", "hs256", "HS256 ", "ES256K", "RS1", "EDDSA", "dir"})
    EXPECT_EQ(algorithm_from(other), std::nullopt) << other;
}

TEST(TokenKey, VerifiesWhatItsAlgorithmHasSignedAndNothingElse) {
  for (const Algorithm algorithm : kAll) {
    SCOPED_TRACE(name(algorithm));
    const std::string signature = signature_of(algorithm, kText);
    for (const Algorithm other : kAll)
      EXPECT_EQ(verifier_of(key_kind(other)).verifies(other, kText, signature), other == algorithm)
          << name(other);
    const TokenKey key = verifier_of(key_kind(algorithm));
    EXPECT_EQ(key.kind(), key_kind(algorithm));
    EXPECT_FALSE(key.verifies(algorithm, "header.payloae", signature));
    EXPECT_FALSE(key.verifies(algorithm, "", signature));
  }
}

TEST(TokenKey, AnotherKeyOfTheSameKindDoesNotVerify) {
  EXPECT_FALSE(TokenKey::from_secret(kSecret + "s")
                   .verifies(Algorithm::hs256, kText, signature_of(Algorithm::hs256, kText)));
  for (const Algorithm algorithm : {Algorithm::rs256, Algorithm::ps256, Algorithm::es256,
                                    Algorithm::es384, Algorithm::es512, Algorithm::eddsa}) {
    const auto other = TokenKey::from_pem(TestKey(key_kind(algorithm)).pem());
    EXPECT_FALSE(other->verifies(algorithm, kText, signature_of(algorithm, kText)))
        << name(algorithm);
  }
}

TEST(TokenKey, OneSignatureHasOneSpelling) {
  for (const Algorithm algorithm : kAll) {
    SCOPED_TRACE(name(algorithm));
    const TokenKey key = verifier_of(key_kind(algorithm));
    const std::string good = signature_of(algorithm, kText);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      EXPECT_FALSE(key.verifies(algorithm, kText, bad)) << at;
    }
    const std::string zero(1, '\0');
    const std::string half = good.substr(0, good.size() / 2), rest = good.substr(good.size() / 2);
    for (const std::string& bad :
         {std::string(), zero, zero + good, good + zero, good.substr(1), half, good + good,
          zero + half + zero + rest, std::string(good.size(), '\0')})
      EXPECT_FALSE(key.verifies(algorithm, kText, bad)) << bad.size();
  }
}

TEST(TokenKey, PemsThatAreRefused) {
  const std::string ec = key_of(KeyKind::p256).pem();
  std::string damaged = ec;
  damaged[60] = damaged[60] == 'A' ? 'B' : 'A';
  const std::pair<std::string, const char*> cases[] = {
      {"", "is not a key in PEM"},
      {"secret", "is not a key in PEM"},
      {ec + ec, "more than one key"},
      {key_of(KeyKind::p256).private_pem(), "a private key"},
      {"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "openssl x509"},
      {ec.substr(0, 80), "is damaged"},
      {"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "is damaged"},
      {TestKey(KeyKind::rsa, 1024).pem(), "an RSA key of 1024 bits"}};
  for (const auto& [pem, fault] : cases)
    EXPECT_THAT(fault_of(TokenKey::from_pem(pem)), HasSubstr(fault)) << pem;
  EXPECT_NE(fault_of(TokenKey::from_pem(damaged)), "taken");
  EXPECT_EQ(fault_of(TokenKey::from_pem("# ours\n" + ec + '\n')), "taken");
}

TEST(TokenKey, CurvesThatNoAlgorithmHas) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"), EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(out.get(), key.get());
  char* text = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &text));
  EXPECT_THAT(fault_of(TokenKey::from_pem({text, size})), HasSubstr("of a kind that no token"));
}

TEST(TokenKey, RsaNumbers) {
  const TestKey& rsa = key_of(KeyKind::rsa);
  const std::string n = rsa.number(OSSL_PKEY_PARAM_RSA_N, 0);
  const std::string e = rsa.number(OSSL_PKEY_PARAM_RSA_E, 0);
  EXPECT_EQ(fault_of(TokenKey::from_rsa(n, e)), "taken");
  EXPECT_THAT(fault_of(TokenKey::from_rsa(n, "\1")), HasSubstr("does not hold together"));
  EXPECT_THAT(fault_of(TokenKey::from_rsa(n, "\2")), HasSubstr("does not hold together"));
  EXPECT_NE(fault_of(TokenKey::from_rsa(n, "")), "taken");
  EXPECT_NE(fault_of(TokenKey::from_rsa("", e)), "taken");
  EXPECT_THAT(fault_of(TokenKey::from_rsa(n.substr(0, 255), e)), HasSubstr("bits"));
  EXPECT_THAT(fault_of(TokenKey::from_rsa(std::string(4096, '\xff'), e)), HasSubstr("bits"));
}

TEST(TokenKey, PointsMustLieOnTheirCurve) {
  for (const KeyKind kind : {KeyKind::p256, KeyKind::p384, KeyKind::p521}) {
    const TestKey& key = key_of(kind);
    const std::size_t size = key.field_bytes();
    const std::string x = key.number(OSSL_PKEY_PARAM_EC_PUB_X, size);
    const std::string y = key.number(OSSL_PKEY_PARAM_EC_PUB_Y, size);
    EXPECT_EQ(fault_of(TokenKey::from_point(kind, x, y)), "taken");
    std::string off = y;
    off.back() = static_cast<char>(off.back() ^ 1);
    const std::string zero(size, '\0');
    for (const auto& [a, b] : {std::pair{x, off}, {y, x}, {zero, zero}, {x, zero}})
      EXPECT_THAT(fault_of(TokenKey::from_point(kind, a, b)), HasSubstr("not on its curve"));
    for (const auto& [a, b] : {std::pair{x.substr(1), y}, {'\0' + x, y}, {x, std::string()}})
      EXPECT_THAT(fault_of(TokenKey::from_point(kind, a, b)), HasSubstr("another length"));
  }
  EXPECT_THAT(fault_of(TokenKey::from_ed25519(std::string(31, 'x'))), HasSubstr("32 bytes"));
}

// What the broken generator makes of primes it makes of their product: a power of 65537 modulo all
// small primes.
TEST(Roca, IsKnownByItsResidues) {
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), BN_CTX_free);
  const auto number = [](unsigned long value) {
    std::unique_ptr<BIGNUM, decltype(&BN_free)> made(BN_new(), BN_free);
    BN_set_word(made.get(), value);
    return made;
  };
  const auto primorial = number(1), generator = number(65'537), modulus = number(0);
  for (unsigned n = 2; n <= 701; ++n) {
    bool prime = true;
    for (unsigned d = 2; d < n; ++d) prime = prime && n % d != 0;
    if (prime) BN_mul_word(primorial.get(), n);
  }
  for (const unsigned long power : {1UL, 7UL, 123'456'789UL}) {
    BN_mod_exp(modulus.get(), generator.get(), number(power).get(), primorial.get(), context.get());
    EXPECT_TRUE(is_roca_modulus(*modulus)) << power;
    BN_add_word(modulus.get(), 2);
    EXPECT_FALSE(is_roca_modulus(*modulus)) << power;
  }
  const std::string n = key_of(KeyKind::rsa).number(OSSL_PKEY_PARAM_RSA_N, 0);
  BN_bin2bn(reinterpret_cast<const unsigned char*>(n.data()), static_cast<int>(n.size()),
            modulus.get());
  EXPECT_FALSE(is_roca_modulus(*modulus));
}

}  // namespace
}  // namespace syncline
