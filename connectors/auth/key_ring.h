// The keys that tokens are verified with, and which algorithms each is used for: those that fit its
// kind *and* the configuration. A token chooses among them by its `alg` and `kid`, never beyond
// them (RFC 8725, 3.1). Immutable; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/auth/options.h"
#include "connectors/auth/token_key.h"

namespace syncline {

struct RingKey {
  TokenKey key;
  std::vector<Algorithm> algorithms;
  std::optional<std::string> id;  // `kid`; a key without one is tried whatever the token names
};

// Of `configured` those that a key of this kind takes; with nothing configured its usual one.
std::vector<Algorithm> algorithms_for(KeyKind kind, std::span<const Algorithm> configured);

class KeyRing {
 public:
  KeyRing() = default;
  // auth.jwt_secret, and beside it `keys`.
  explicit KeyRing(const AuthOptions& options, std::vector<RingKey> keys = {});
  explicit KeyRing(std::vector<RingKey> keys) : keys_(std::move(keys)) {}

  bool empty() const { return keys_.empty(); }
  // `invalid`, for the person whose token it is.
  Result<void> verify(std::string_view algorithm, const std::optional<std::string>& id,
                      std::string_view text, std::string_view signature) const;

 private:
  std::string algorithm_names() const;
  std::vector<RingKey> keys_;
};

}  // namespace syncline
