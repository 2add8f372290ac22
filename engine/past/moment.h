// Which instant of a log is asked for: a position, or a time, which is that of the last event that
// was appended by then. Append times never decrease, so that is one place. Any thread.
//
// Of a time that has hardly passed an event may still be on its way to the log: asked again, it is
// there. The position says what an answer rests on.
#pragma once

#include <variant>

#include "engine/log/log.h"

namespace syncline {

using Asked = std::variant<Position, Time>;

struct Moment {
  Position position;  // of the last event that had happened; 0: none had
  Time time;          // what the clock said: the time asked for, or when that event was appended
};

// `invalid`: the log ends before that position, it is 0, or the time is later than `now`.
Result<Moment> moment_of(const Log& log, const Asked& asked, Time now);

}  // namespace syncline
