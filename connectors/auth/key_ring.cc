#include "connectors/auth/key_ring.h"

#include <algorithm>

namespace syncline {
namespace {

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

bool takes(const RingKey& entry, Algorithm algorithm) {
  return std::ranges::find(entry.algorithms, algorithm) != entry.algorithms.end();
}

}  // namespace

std::vector<Algorithm> algorithms_for(KeyKind kind, std::span<const Algorithm> configured) {
  if (configured.empty()) return {usual_algorithm(kind)};
  std::vector<Algorithm> fitting;
  for (const Algorithm algorithm : configured)
    if (key_kind(algorithm) == kind) fitting.push_back(algorithm);
  return fitting;
}

KeyRing::KeyRing(const AuthOptions& options, std::vector<RingKey> keys) : keys_(std::move(keys)) {
  if (options.jwt_secret.empty()) return;
  auto algorithms = algorithms_for(KeyKind::secret, options.algorithms);
  if (!algorithms.empty())
    keys_.push_back({TokenKey::from_secret(options.jwt_secret), std::move(algorithms), {}});
}

std::string KeyRing::algorithm_names() const {
  std::vector<std::string_view> names;
  for (const RingKey& entry : keys_)
    for (const Algorithm algorithm : entry.algorithms)
      if (std::ranges::find(names, name(algorithm)) == names.end())
        names.push_back(name(algorithm));
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

Result<void> KeyRing::verify(std::string_view algorithm_name, const std::optional<std::string>& id,
                             std::string_view text, std::string_view signature) const {
  const auto algorithm = algorithm_from(algorithm_name);
  const auto taken = [&](const RingKey& entry) { return algorithm && takes(entry, *algorithm); };
  if (std::ranges::none_of(keys_, taken))
    return refused("the token is not signed with an algorithm that this server takes (" +
                   algorithm_names() + ")");
  bool known = false;
  for (const RingKey& entry : keys_) {
    if (!taken(entry) || (id && entry.id && *id != *entry.id)) continue;
    known = true;
    if (entry.key.verifies(*algorithm, text, signature)) return {};
  }
  return refused(known ? "the token's signature is wrong"
                       : "the token names a key (`kid`) that this server does not have");
}

}  // namespace syncline
