#include "connectors/auth/token_cache.h"

namespace syncline {

std::shared_ptr<const VerifiedToken> TokenCache::find(const Hash& hash, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(hash);
  if (found == tokens_.end()) return nullptr;
  if (found->second->usable(now)) return found->second;
  tokens_.erase(found);
  return nullptr;
}

void TokenCache::keep(const Hash& hash, std::shared_ptr<const VerifiedToken> token) {
  const std::lock_guard lock(mutex_);
  if (tokens_.size() >= capacity_) tokens_.clear();
  tokens_.insert_or_assign(hash, std::move(token));
}

std::size_t TokenCache::size() const {
  const std::lock_guard lock(mutex_);
  return tokens_.size();
}

}  // namespace syncline
