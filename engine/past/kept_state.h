// What a fold into the past writes to: the keys that its projection keeps there. The others are
// not written, and read as absent.
#pragma once

#include "engine/fold/projection.h"

namespace syncline {

class KeptState final : public FoldState {
 public:
  // Both outlive it.
  KeptState(const Projection& projection, FoldState& state)
      : projection_(projection), state_(state) {}

  std::optional<std::string> get(std::string_view key) const override {
    return projection_.kept_in_past(key) ? state_.get(key) : std::nullopt;
  }
  void put(std::string_view key, std::string_view value) override {
    if (projection_.kept_in_past(key)) state_.put(key, value);
  }
  void erase(std::string_view key) override {
    if (projection_.kept_in_past(key)) state_.erase(key);
  }

 private:
  const Projection& projection_;
  FoldState& state_;
};

}  // namespace syncline
