#include "connectors/auth/algorithm.h"

#include <algorithm>
#include <array>
#include <utility>

namespace syncline {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  KeyKind kind;
  int hash_bits;
};

// The usual one of each kind stands first.
constexpr auto kRows = std::to_array<Row>({
    {Algorithm::hs256, "HS256", KeyKind::secret, 256},
    {Algorithm::hs384, "HS384", KeyKind::secret, 384},
    {Algorithm::hs512, "HS512", KeyKind::secret, 512},
    {Algorithm::rs256, "RS256", KeyKind::rsa, 256},
    {Algorithm::rs384, "RS384", KeyKind::rsa, 384},
    {Algorithm::rs512, "RS512", KeyKind::rsa, 512},
    {Algorithm::ps256, "PS256", KeyKind::rsa, 256},
    {Algorithm::ps384, "PS384", KeyKind::rsa, 384},
    {Algorithm::ps512, "PS512", KeyKind::rsa, 512},
    {Algorithm::es256, "ES256", KeyKind::p256, 256},
    {Algorithm::es384, "ES384", KeyKind::p384, 384},
    {Algorithm::es512, "ES512", KeyKind::p521, 512},
    {Algorithm::eddsa, "EdDSA", KeyKind::ed25519, 0},
});

const Row& row_of(Algorithm algorithm) { return kRows[static_cast<std::size_t>(algorithm)]; }

static_assert(
    [] {
      for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].algorithm) != i) return false;
      return true;
    }(),
    "rows stand in the order of the enum");

}  // namespace

std::string_view name(Algorithm algorithm) { return row_of(algorithm).name; }

std::optional<Algorithm> algorithm_from(std::string_view name) {
  const auto found = std::ranges::find(kRows, name, &Row::name);
  return found == kRows.end() ? std::nullopt : std::optional(found->algorithm);
}

KeyKind key_kind(Algorithm algorithm) { return row_of(algorithm).kind; }

int hash_bits(Algorithm algorithm) { return row_of(algorithm).hash_bits; }

std::size_t secret_bytes_min(Algorithm algorithm) {
  return static_cast<std::size_t>(hash_bits(algorithm) / 8);
}

Algorithm usual_algorithm(KeyKind kind) {
  return std::ranges::find(kRows, kind, &Row::kind)->algorithm;
}

}  // namespace syncline
