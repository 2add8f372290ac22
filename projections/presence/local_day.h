// The day that an instant lies in, by the clocks of a zone. Pure.
#pragma once

#include <span>

#include "schemas/body.h"

namespace syncline {

struct LocalDay {
  Time from;  // its first instant: midnight, or what comes in its place where clocks leap over it
  Time to;    // the first instant of the next
};

// `offsets`: as PresenceZone has them; none: UTC.
LocalDay local_day(std::span<const ZoneOffset> offsets, Time instant);

}  // namespace syncline
