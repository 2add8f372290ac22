// When to try again what failed: pauses that double, with jitter, within a budget. Pure: who uses
// it waits.
#pragma once

#include <chrono>
#include <optional>

#include "engine/rng.h"

namespace syncline {

class RetrySchedule {
 public:
  static constexpr std::chrono::milliseconds kFirst{200};
  static constexpr std::chrono::milliseconds kLongest{5'000};
  static constexpr std::chrono::milliseconds kBudget{60'000};  // pauses since it last worked

  // How long to wait before the next attempt: from half a step to a whole one. nullopt: the budget
  // is spent.
  std::optional<std::chrono::milliseconds> next(Rng& rng);
  void worked() { *this = RetrySchedule(); }

 private:
  std::chrono::milliseconds step_ = kFirst;
  std::chrono::milliseconds spent_{0};
};

}  // namespace syncline
