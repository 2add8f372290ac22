#include "connectors/auth/jwks.h"

#include <algorithm>

#include "connectors/auth/base64.h"
#include "connectors/json/document.h"
#include "engine/limits.h"

namespace syncline {
namespace {

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

// "" when it is absent; nullopt when it is there and no text.
std::optional<std::string_view> text_of(const JsonValue& jwk, std::string_view name) {
  const auto member = jwk.find(name);
  return member ? member->text() : std::string_view();
}

// The bytes of a base64url member; "" when it is not there or not that.
std::string bytes_of(const JsonValue& jwk, std::string_view name) {
  return from_base64url(jwk.text_of(name)).value_or("");
}

// nullopt: of a kind that verifies no token here.
std::optional<KeyKind> kind_of(const JsonValue& jwk) {
  static constexpr struct {
    std::string_view type, curve;
    KeyKind kind;
  } kKinds[] = {{"oct", "", KeyKind::secret},   {"RSA", "", KeyKind::rsa},
                {"EC", "P-256", KeyKind::p256}, {"EC", "P-384", KeyKind::p384},
                {"EC", "P-521", KeyKind::p521}, {"OKP", "Ed25519", KeyKind::ed25519}};
  for (const auto& [type, curve, kind] : kKinds)
    if (jwk.text_of("kty") == type && (curve.empty() || jwk.text_of("crv") == curve)) return kind;
  return std::nullopt;
}

// RFC 7517, 4.2 and 4.3.
bool is_for_verifying(const JsonValue& jwk) {
  if (const auto use = jwk.find("use"); use && use->text() != "sig") return false;
  const auto operations = jwk.find("key_ops");
  if (!operations) return true;
  if (!operations->is(JsonKind::array)) return false;
  return std::ranges::any_of(operations->elements(),
                             [](const JsonValue& each) { return each.text() == "verify"; });
}

Result<TokenKey> key_of(const JsonValue& jwk, KeyKind kind, std::span<const Algorithm> algorithms) {
  if (kind == KeyKind::secret) {
    std::string secret = bytes_of(jwk, "k");
    for (const Algorithm algorithm : algorithms)
      if (secret.size() < secret_bytes_min(algorithm))
        return refused("is a secret shorter than " + std::string(name(algorithm)) + " needs");
    return TokenKey::from_secret(std::move(secret));
  }
  if (jwk.find("d"))
    return refused("is a private key, which this server must not have; write its public part");
  switch (kind) {
    case KeyKind::rsa:
      return TokenKey::from_rsa(bytes_of(jwk, "n"), bytes_of(jwk, "e"));
    case KeyKind::ed25519:
      return TokenKey::from_ed25519(bytes_of(jwk, "x"));
    default:
      return TokenKey::from_point(kind, bytes_of(jwk, "x"), bytes_of(jwk, "y"));
  }
}

// nullopt: not for us.
Result<std::optional<RingKey>> read_key(const JsonValue& jwk,
                                        std::span<const Algorithm> configured) {
  if (!jwk.is(JsonKind::object)) return refused("is not a JSON object");
  const auto kind = kind_of(jwk);
  if (!kind || !is_for_verifying(jwk)) return std::optional<RingKey>();

  std::vector<Algorithm> algorithms = algorithms_for(*kind, configured);
  if (jwk.find("alg")) {
    const auto own = algorithm_from(jwk.text_of("alg"));
    if (!own) return std::optional<RingKey>();
    if (key_kind(*own) != *kind)
      return refused("has an `alg` that its `kty` or `crv` does not fit");
    if (!configured.empty() && std::ranges::find(configured, *own) == configured.end())
      return std::optional<RingKey>();
    algorithms = {*own};
  }
  if (algorithms.empty()) return std::optional<RingKey>();

  const auto id = text_of(jwk, "kid");
  if (!id || id->size() > limits::kNameBytes)
    return refused("has a `kid` that is no text of at most 512 bytes");
  auto key = key_of(jwk, *kind, algorithms);
  if (!key) return key.error();
  RingKey entry{std::move(*key), std::move(algorithms), std::nullopt};
  if (jwk.find("kid")) entry.id = *id;
  return std::optional(std::move(entry));
}

Result<void> check_together(const std::vector<RingKey>& keys) {
  if (keys.empty()) return refused("holds no key that tokens could be verified with");
  const auto is_secret = [](const RingKey& entry) { return entry.key.kind() == KeyKind::secret; };
  const auto secrets = std::ranges::count_if(keys, is_secret);
  if (secrets != 0 && static_cast<std::size_t>(secrets) != keys.size())
    return refused(
        "holds secrets beside public keys; a set that is published must hold no secret, so keep "
        "them in two places");
  for (auto key = keys.begin(); key != keys.end(); ++key)
    if (key->id && std::any_of(keys.begin(), key, [&](auto& other) { return other.id == key->id; }))
      return refused("holds two keys with the `kid` \"" + *key->id + "\"; which one is meant?");
  return {};
}

}  // namespace

Result<std::vector<RingKey>> read_jwks(std::string_view text, std::span<const Algorithm> configured,
                                       JsonDocument& json) {
  const auto set = json.parse(text);
  if (!set) return refused("is " + set.error().message);
  const auto listed = set->find("keys");
  if (!listed || !listed->is(JsonKind::array))
    return refused("is not a JSON Web Key Set, an object with a list `keys`");
  const auto jwks = listed->elements();
  if (jwks.size() > limits::kTokenKeys) return refused("holds more than 64 keys");

  std::vector<RingKey> keys;
  for (std::size_t i = 0; i < jwks.size(); ++i) {
    auto key = read_key(jwks[i], configured);
    if (!key) {
      const auto id = jwks[i].text_of("kid");
      return refused("key " + std::to_string(i + 1) +
                     (id.empty() ? "" : " (`" + std::string(id) + "`)") + " " +
                     key.error().message);
    }
    if (*key) keys.push_back(std::move(**key));
  }
  if (auto together = check_together(keys); together.has_error()) return together.error();
  return keys;
}

}  // namespace syncline
