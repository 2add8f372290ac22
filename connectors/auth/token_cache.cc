#include "connectors/auth/token_cache.h"

#include <functional>

#include <openssl/crypto.h>

namespace syncline {
namespace {

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::shared_ptr<const VerifiedToken> TokenCache::find(std::string_view text, Time now) {
  const std::size_t hash = hash_of(text);
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(hash);
  if (found == tokens_.end() || !same(found->second.text, text)) return nullptr;
  if (found->second.token->usable(now)) return found->second.token;
  tokens_.erase(found);
  return nullptr;
}

void TokenCache::keep(std::string_view text, std::shared_ptr<const VerifiedToken> token) {
  const std::size_t hash = hash_of(text);
  const std::lock_guard lock(mutex_);
  if (tokens_.size() >= capacity_) tokens_.clear();
  tokens_.insert_or_assign(hash, Kept{std::string(text), std::move(token)});
}

std::size_t TokenCache::size() const {
  const std::lock_guard lock(mutex_);
  return tokens_.size();
}

}  // namespace syncline
