// Tokens that were verified, until they expire, found by their text: SHA-256 of it on every request
// would cost more than all else that is done with a token. Texts are compared in constant time.
// Bounded: when it is full it starts anew, for one more verification of each token (some µs) costs
// less than bookkeeping on every request. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/auth/token.h"

namespace syncline {

class TokenCache {
 public:
  explicit TokenCache(std::size_t capacity) : capacity_(capacity) {}

  // nullptr: not kept, or not usable at `now`.
  std::shared_ptr<const VerifiedToken> find(std::string_view text, Time now);
  void keep(std::string_view text, std::shared_ptr<const VerifiedToken> token);
  std::size_t size() const;

 private:
  struct Kept {
    std::string text;
    std::shared_ptr<const VerifiedToken> token;
  };

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  // By std::hash of the text: of two texts with the same one, the later is kept.
  std::unordered_map<std::size_t, Kept> tokens_;
};

}  // namespace syncline
