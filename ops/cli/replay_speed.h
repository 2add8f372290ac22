// When each event of a replay may leave: at once, in the rhythm in which events were received, or
// so many in a time. Pure: who uses it waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ops/cli/quantity.h"
#include "schemas/types.h"

namespace syncline {

class ReplaySpeed {
 public:
  // "max", "1x", "2.5x", "100/s". nullopt: none of these.
  static std::optional<ReplaySpeed> from(std::string_view text);

  // Of the next event: how long after the first one it may leave.
  std::chrono::nanoseconds next(Time received);

 private:
  double factor_ = 0;         // 0: not by the rhythm
  std::optional<Rate> rate_;  // nullopt: not by number
  std::uint64_t told_ = 0;
  Time first_;
};

}  // namespace syncline
