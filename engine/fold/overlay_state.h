// The state a fold writes to, over any state it reads from: writes stay in memory until somebody
// takes them. Commits are folded in one, deciders read through one, tests use it alone. Not
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "engine/fold/projection.h"

namespace syncline {

// A fold's state over any reader: writes stay in memory. The base outlives it.
class OverlayState final : public FoldState {
 public:
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  using Writes =  // nullopt: erased
      std::unordered_map<std::string, std::optional<std::string>, KeyHash, std::equal_to<>>;

  explicit OverlayState(const ReadState& base) : base_(base) {}
  std::optional<std::string> get(std::string_view key) const override;
  void put(std::string_view key, std::string_view value) override;
  void erase(std::string_view key) override;
  const Writes& writes() const { return writes_; }

 private:
  const ReadState& base_;
  Writes writes_;
};

}  // namespace syncline
