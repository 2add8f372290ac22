#include "engine/fold/overlay_state.h"

#include <cstring>

namespace syncline {

std::optional<std::string> OverlayState::get(std::string_view key) const {
  const auto* found = find(key);
  if (found == nullptr && between_ != nullptr) found = between_->find(key);
  if (found == nullptr) found = &read(key);
  if (!*found) return std::nullopt;
  return std::string(**found);
}

const std::optional<std::string_view>& OverlayState::read(std::string_view key) const {
  if (const auto it = reads_.find(key); it != reads_.end()) return it->second;
  const auto value = base_.get(key);
  std::optional<std::string_view> bytes;
  if (value) bytes = kept(*value);
  return reads_.emplace(kept(key), bytes).first->second;
}

const std::optional<std::string_view>* OverlayState::find(std::string_view key) const {
  const auto it = writes_.find(key);
  return it == writes_.end() ? nullptr : &it->second;
}

void OverlayState::put(std::string_view key, std::string_view value) { write(key, kept(value)); }

void OverlayState::erase(std::string_view key) { write(key, std::nullopt); }

std::string_view OverlayState::kept(std::string_view bytes) const {
  if (bytes.empty()) return {};
  char* const copy = static_cast<char*>(memory_.allocate(bytes.size(), 1));
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

void OverlayState::write(std::string_view key, std::optional<std::string_view> value) {
  const auto it = writes_.find(key);
  if (it == writes_.end()) {
    writes_.emplace(kept(key), value);
  } else {
    it->second = value;
  }
}

}  // namespace syncline
