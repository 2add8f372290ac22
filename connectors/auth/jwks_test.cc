#include "connectors/auth/jwks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/jws.h"
#include "connectors/auth/test_keys.h"
#include "connectors/json/document.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Algorithms = std::vector<Algorithm>;

std::string set_of(std::initializer_list<std::string> keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
  return "{\"keys\":[" + text + "]}";
}

Result<std::vector<RingKey>> read(const std::string& text, const Algorithms& configured = {}) {
  JsonDocument json;
  return read_jwks(text, configured, json);
}

std::string fault_of(const std::string& text, const Algorithms& configured = {}) {
  const auto keys = read(text, configured);
  return keys ? "taken" : keys.error().message;
}

// "taken", or why not.
std::string answer(const std::string& token, const KeyRing& keys) {
  JsonDocument json;
  const auto payload = signed_payload(token, keys, json);
  return payload ? "taken" : payload.error().message;
}

struct Keys {
  TestKey rsa{KeyKind::rsa}, p256{KeyKind::p256}, p384{KeyKind::p384}, p521{KeyKind::p521},
      ed25519{KeyKind::ed25519}, other{KeyKind::p256};
};
const Keys& keys() {
  static const Keys made;
  return made;
}

const std::string kSecretJwk =
    R"({"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"})";  // 32 bytes

TEST(Jwks, EveryKindVerifiesWhatItSigned) {
  for (const TestKey* key :
       {&keys().rsa, &keys().p256, &keys().p384, &keys().p521, &keys().ed25519}) {
    const auto read_keys = read(set_of({key->jwk()}));
    ASSERT_TRUE(read_keys) << read_keys.error().message;
    const Algorithm usual = usual_algorithm(key->kind());
    EXPECT_THAT(read_keys->front().algorithms, ElementsAre(usual));
    EXPECT_EQ(read_keys->front().id, std::nullopt);
    EXPECT_EQ(answer(key->token(usual, "{}"), KeyRing(*read_keys)), "taken") << name(usual);
  }
}

TEST(Jwks, TheConfigurationAndTheKeyBothSayWhatItIsFor) {
  const Algorithm rs256 = Algorithm::rs256, ps256 = Algorithm::ps256, ps512 = Algorithm::ps512,
                  es256 = Algorithm::es256;
  const std::string plain = keys().rsa.jwk(), named = keys().rsa.jwk(R"(,"alg":"PS256")");
  const struct {
    std::string jwk;
    Algorithms configured, algorithms;  // none: passed over
  } cases[] = {{plain, {}, {rs256}},
               {plain, {ps256, ps512, es256}, {ps256, ps512}},
               {plain, {es256}, {}},
               {named, {}, {ps256}},
               {named, {rs256, ps256}, {ps256}},
               {named, {rs256}, {}}};
  for (const auto& [jwk, configured, algorithms] : cases) {
    const auto read_keys = read(set_of({jwk}), configured);
    if (algorithms.empty()) {
      EXPECT_FALSE(read_keys);
    } else {
      ASSERT_TRUE(read_keys) << read_keys.error().message;
      EXPECT_EQ(read_keys->front().algorithms, algorithms);
    }
  }
}

TEST(Jwks, KeysThatAreNotForUsArePassedOver) {
  for (const std::string& jwk :
       {keys().rsa.jwk(R"(,"use":"enc")"), keys().rsa.jwk(R"(,"use":7)"),
        keys().rsa.jwk(R"(,"key_ops":["encrypt","wrapKey"])"),
        keys().rsa.jwk(R"(,"key_ops":"verify")"), keys().rsa.jwk(R"(,"alg":"RSA-OAEP")"),
        keys().p256.jwk(R"(,"alg":"ES256K")"), keys().p256.jwk(R"(,"alg":7)"),
        std::string(R"({"kty":"EC","crv":"secp256k1","x":"","y":""})"),
        std::string(R"({"kty":"OKP","crv":"X25519","x":""})"), std::string(R"({"kty":"AKP"})"),
        std::string("{}")}) {
    EXPECT_THAT(fault_of(set_of({jwk})), HasSubstr("holds no key")) << jwk;
    const auto both = read(set_of({jwk, keys().p384.jwk(R"(,"use":"sig","key_ops":["verify"])")}));
    ASSERT_TRUE(both) << jwk << ": " << both.error().message;
    EXPECT_EQ(both->size(), 1U);
  }
}

TEST(Jwks, SetsThatAreRefused) {
  const std::string p256 = keys().p256.jwk();
  std::string many = p256;
  for (int i = 0; i < 64; ++i) many += ',' + p256;
  const std::string small = TestKey(KeyKind::rsa, 1024).jwk(R"(,"kid":"old")");
  const std::pair<std::string, const char*> cases[] = {
      {"", "is not JSON"},
      {"{", "is not JSON"},
      {"[]", "is not a JSON Web Key Set"},
      {"{}", "is not a JSON Web Key Set"},
      {R"({"keys":{}})", "is not a JSON Web Key Set"},
      {p256, "is not a JSON Web Key Set"},
      {R"({"keys":[]})", "holds no key"},
      {R"({"keys":[],"keys":[]})", "a name that the object already has"},
      {set_of({"7"}), "key 1 is not a JSON object"},
      {"{\"keys\":[" + many + "]}", "more than 64 keys"},
      {set_of({p256, small}), "key 2 (`old`) is an RSA key of 1024 bits"},
      {set_of({keys().p256.jwk(R"(,"d":"AA")")}), "key 1 is a private key"},
      {set_of({keys().rsa.jwk(R"(,"d":"AA")")}), "key 1 is a private key"},
      {set_of({keys().ed25519.jwk(R"(,"d":"AA")")}), "key 1 is a private key"},
      {set_of({keys().p256.jwk(R"(,"alg":"ES384")")}), "`alg` that its `kty`"},
      {set_of({keys().rsa.jwk(R"(,"alg":"HS256")")}), "`alg` that its `kty`"},
      {set_of({R"({"kty":"EC","crv":"P-256"})"}), "coordinates of another length"},
      {set_of({R"({"kty":"EC","crv":"P-256","x":7,"y":[]})"}), "coordinates of another length"},
      {set_of({R"({"kty":"RSA","n":"AQAB=","e":"AQAB"})"}), "key 1 is"},
      {set_of({R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"}), "32 bytes"},
      {set_of({R"({"kty":"oct","k":""})"}), "a secret shorter than HS256 needs"},
      {set_of({R"({"kty":"oct"})"}), "a secret shorter than HS256 needs"},
      {set_of({kSecretJwk.substr(0, kSecretJwk.size() - 1) + R"(,"alg":"HS384"})"}),
       "a secret shorter than HS384 needs"},
      {set_of({keys().p256.jwk(R"(,"kid":7)")}), "has a `kid` that is no text"},
      {set_of({keys().p256.jwk(R"(,"kid":")" + std::string(513, 'k') + '"')}), "has a `kid`"},
      {set_of({keys().p256.jwk(R"(,"kid":"a")"), keys().rsa.jwk(R"(,"kid":"a")")}),
       "two keys with the `kid` \"a\""},
      {set_of({keys().p256.jwk(), kSecretJwk}), "secrets beside public keys"}};
  for (const auto& [text, fault] : cases) EXPECT_THAT(fault_of(text), HasSubstr(fault)) << text;
  EXPECT_EQ(fault_of(set_of({kSecretJwk})), "taken");
  EXPECT_THAT(fault_of(set_of({R"({"kty":"oct","k":"c2VjcmV0"})"})), Not(HasSubstr("c2Vj")));
}

TEST(KeyRing, KidChoosesAmongTheKeysAndReachesNoFurther) {
  const auto token = [](const TestKey& key, const std::string& more) {
    return key.token(Algorithm::es256, R"({"alg":"ES256")" + more + '}', "{}");
  };
  const KeyRing ring(
      *read(set_of({keys().p256.jwk(R"(,"kid":"a")"), keys().other.jwk(R"(,"kid":"b")")})));
  const std::pair<std::string, const char*> cases[] = {
      {token(keys().p256, R"(,"kid":"a")"), "taken"},
      {token(keys().other, R"(,"kid":"b")"), "taken"},
      {token(keys().p256, ""), "taken"},  // all are tried
      {token(keys().other, ""), "taken"},
      {token(keys().p256, R"(,"kid":"b")"), "signature is wrong"},
      {token(keys().p256, R"(,"kid":"A")"), "names a key"},
      {token(keys().p256, R"(,"kid":"")"), "names a key"},
      {token(keys().p256, R"(,"kid":"a\u0000")"), "names a key"},
      {token(keys().p256, R"(,"kid":"../../dev/null")"), "names a key"},
      {token(keys().p256, R"(,"kid":"a' OR '1'='1")"), "names a key"},
      {token(keys().p256, R"(,"kid":7)"), "`kid` is not a text"},
      {token(keys().p256, R"(,"kid":null)"), "`kid` is not a text"},
      {token(keys().p256, R"(,"kid":"a","kid":"a")"), "a name that the object already has"},
      {keys().p256.token(Algorithm::es256, R"({"alg":"RS256","kid":"a"})", "{}"),
       "not signed with an algorithm"}};
  for (const auto& [text, fault] : cases) EXPECT_THAT(answer(text, ring), HasSubstr(fault)) << text;

  // A key without a `kid` is tried whatever the token names.
  const KeyRing nameless(*read(set_of({keys().p256.jwk()})));
  EXPECT_EQ(answer(token(keys().p256, R"(,"kid":"z")"), nameless), "taken");
}

TEST(KeyRing, APublicKeyIsNeverASecret) {
  const KeyRing ring(*read(set_of({keys().rsa.jwk(), keys().p256.jwk()})));
  const std::string header = R"({"alg":"HS256"})";
  for (const std::string& secret : {keys().rsa.pem(), keys().rsa.jwk(), keys().p256.pem(),
                                    keys().rsa.number(OSSL_PKEY_PARAM_RSA_N, 0), std::string()})
    EXPECT_THAT(answer(sign_payload("{}", Algorithm::hs256, secret), ring),
                HasSubstr("not signed with an algorithm that this server takes (RS256, ES256)"));
  EXPECT_THAT(answer(base64url(R"({"alg":"none"})") + ".e30.", ring), HasSubstr("not signed with"));
}

TEST(KeyRing, KeysThatATokenBringsAreNotLookedAt) {
  const KeyRing ring(*read(set_of({keys().p256.jwk()})));
  for (const std::string& more :
       {R"("jwk":)" + keys().other.jwk(), std::string(R"("jku":"https://evil.example/jwks.json")"),
        std::string(R"("x5u":"https://evil.example/x.pem","x5c":["MIIB"])")}) {
    const std::string header = R"({"alg":"ES256",)" + more + '}';
    EXPECT_THAT(answer(keys().other.token(Algorithm::es256, header, "{}"), ring),
                HasSubstr("signature is wrong"));
    EXPECT_EQ(answer(keys().p256.token(Algorithm::es256, header, "{}"), ring), "taken");
  }
}

TEST(KeyRing, AlgorithmsOfASecretFollowTheConfiguration) {
  AuthOptions options;
  options.jwt_secret = std::string(64, 's');
  const auto by = [&](Algorithm algorithm) {
    return answer(sign_payload("{}", algorithm, options.jwt_secret), KeyRing(options));
  };
  EXPECT_EQ(by(Algorithm::hs256), "taken");
  EXPECT_THAT(by(Algorithm::hs512), HasSubstr("(HS256)"));
  options.algorithms = {Algorithm::hs512, Algorithm::rs256};
  EXPECT_EQ(by(Algorithm::hs512), "taken");
  EXPECT_THAT(by(Algorithm::hs256), HasSubstr("(HS512)"));
  options.algorithms = {Algorithm::rs256};
  EXPECT_TRUE(KeyRing(options).empty());
}

}  // namespace
}  // namespace syncline
