// Time as it is handed in: nothing in the engine reads a clock of its own. Thread-safe.
#pragma once

#include "schemas/types.h"

namespace syncline {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

}  // namespace syncline
