// Tokens that were verified, by the SHA-256 of their text, until they expire. Bounded: when it is
// full it starts anew, for one more verification of each token (some µs) costs less than
// bookkeeping on every request. Thread-safe.
#pragma once

#include <cstring>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "connectors/auth/token.h"
#include "engine/sha256.h"

namespace syncline {

class TokenCache {
 public:
  explicit TokenCache(std::size_t capacity) : capacity_(capacity) {}

  // nullptr: not kept, or not usable at `now`.
  std::shared_ptr<const VerifiedToken> find(const Hash& hash, Time now);
  void keep(const Hash& hash, std::shared_ptr<const VerifiedToken> token);
  std::size_t size() const;

 private:
  struct FirstBytes {
    std::size_t operator()(const Hash& hash) const {
      std::size_t value;
      std::memcpy(&value, hash.data(), sizeof value);
      return value;
    }
  };

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<Hash, std::shared_ptr<const VerifiedToken>, FirstBytes> tokens_;
};

}  // namespace syncline
