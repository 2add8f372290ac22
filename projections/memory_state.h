// A projection's state in memory: an ordered map that a fold writes and a reader reads. For tests,
// which fold without a folder and a disk. One thread.
#pragma once

#include <map>
#include <string>

#include "engine/fold/projection.h"

namespace syncline {

class MemoryState final : public ReadState, public FoldState {
 public:
  using Entries = std::map<std::string, std::string, std::less<>>;

  MemoryState() = default;
  explicit MemoryState(Entries entries) : entries_(std::move(entries)) {}
  const Entries& entries() const { return entries_; }

  std::optional<std::string> get(std::string_view key) const override {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return std::nullopt;
    return it->second;
  }
  void put(std::string_view key, std::string_view value) override {
    entries_.insert_or_assign(std::string(key), std::string(value));
  }
  void erase(std::string_view key) override {
    if (const auto it = entries_.find(key); it != entries_.end()) entries_.erase(it);
  }
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& each) const override {
    for (auto it = entries_.lower_bound(std::max(prefix, from)); it != entries_.end(); ++it) {
      if (!it->first.starts_with(prefix) || !each(it->first, it->second)) return;
    }
  }

 private:
  Entries entries_;
};

}  // namespace syncline
