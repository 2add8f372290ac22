// The state a fold writes to, over any state it reads from: writes stay in memory until somebody
// takes them. Commits are folded in one, deciders read through one, tests use it alone. Not
// thread-safe.
#pragma once

#include <memory_resource>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/fold/projection.h"

namespace syncline {

// A fold's state over any reader: writes stay in memory, in pieces that are freed together. The
// base is asked for a key once: what an overlay does not write does not change while it lives.
class OverlayState final : public FoldState {
 public:
  using Writes =  // nullopt: erased
      std::pmr::unordered_map<std::string_view, std::optional<std::string_view>>;

  // `between`: writes that are on their way into the base, or there already. Both outlive it, and
  // `between` changes no more.
  explicit OverlayState(const ReadState& base, const OverlayState* between = nullptr)
      : base_(base), between_(between) {}
  std::optional<std::string> get(std::string_view key) const override;
  void put(std::string_view key, std::string_view value) override;
  void erase(std::string_view key) override;
  const Writes& writes() const { return writes_; }

 private:
  std::string_view kept(std::string_view bytes) const;
  void write(std::string_view key, std::optional<std::string_view> value);

  const std::optional<std::string_view>* find(std::string_view key) const;
  const std::optional<std::string_view>& read(std::string_view key) const;

  const ReadState& base_;
  const OverlayState* const between_;
  mutable std::pmr::monotonic_buffer_resource memory_;
  Writes writes_{&memory_};         // of bytes that lie in memory_
  mutable Writes reads_{&memory_};  // so are these
};

}  // namespace syncline
