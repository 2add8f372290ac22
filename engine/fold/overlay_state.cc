#include "engine/fold/overlay_state.h"

namespace syncline {

std::optional<std::string> OverlayState::get(std::string_view key) const {
  const auto it = writes_.find(key);
  return it == writes_.end() ? base_.get(key) : it->second;
}

void OverlayState::put(std::string_view key, std::string_view value) {
  const auto it = writes_.find(key);
  if (it == writes_.end()) {
    writes_.emplace(key, value);
  } else {
    it->second = value;
  }
}

void OverlayState::erase(std::string_view key) {
  const auto it = writes_.find(key);
  if (it == writes_.end()) {
    writes_.emplace(key, std::nullopt);
  } else {
    it->second.reset();
  }
}

}  // namespace syncline
