// What a verb that works for long owes the person: a line that says how far it is, no more than so
// many bytes a second, and an end at Ctrl-C from which it can go on. Made before any other thread
// (stop_signals.h); the pieces may then be reported by one other thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/time/pace.h"
#include "ops/cli/progress_line.h"
#include "ops/cli/stop_signals.h"

namespace syncline {

class LongWork {
 public:
  // `what`: "exporting"; `rate`: of --rate.
  explicit LongWork(std::string what, std::optional<std::uint64_t> rate = std::nullopt)
      : line_(std::move(what)), rate_(rate), pace_(rate) {}

  // `bytes` more are done, and with them everything up to `done`. Waits as the rate asks. False:
  // the person wants it to end here.
  bool go_on(Position done, Position of, std::uint64_t bytes);
  // False: the person wants it to end, now or within `pause`.
  bool wait(std::chrono::nanoseconds pause) const { return !signals_.told(pause); }
  std::optional<std::uint64_t> rate() const { return rate_; }  // bytes a second

 private:
  StopSignals signals_{true};
  ProgressLine line_;
  const std::optional<std::uint64_t> rate_;
  Pace pace_;
};

}  // namespace syncline
