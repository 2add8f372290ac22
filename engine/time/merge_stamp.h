// The conflict-aware timestamp of a write, fixed once by the sequencer that accepts it. Pure.
//
// The claim is corrected by the producer's skew (received - sent, known only from the same
// request's Date, which has whole seconds: below kSkewNoise it is taken as none), never later than
// received, and flagged when it was more than kFutureTolerance ahead. A write that names its base
// gets at least the base's stamp + 1 µs: it wins over what its author had seen, whatever the clocks
// say.
#pragma once

#include <optional>

#include "schemas/types.h"

namespace syncline {

inline constexpr Duration kSkewNoise = std::chrono::seconds(2);
inline constexpr Duration kFutureTolerance = std::chrono::seconds(60);

struct StampInput {
  std::optional<Time> claim;  // none: the stamp is received_time
  std::optional<Time> sent;
  Time received;
  std::optional<Time> base_stamp;
};

struct Stamp {
  Time time;
  bool clock_skewed = false;
};

Duration skew(std::optional<Time> sent, Time received);  // 0 where it is not known
Stamp merge_stamp(const StampInput& input);

}  // namespace syncline
