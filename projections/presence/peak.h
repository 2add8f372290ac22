// The most users at once in a range, and the first instant of it. Looks into those days and minutes
// alone that may hold it, the most promising first. Inside of presence_history.h. Pure.
#pragma once

#include "projections/presence/attendance_range.h"
#include "projections/presence/presence_history.h"

namespace syncline {

// Requires from < to.
PresencePoint peak_of(const AttendanceRange& attendance, Time from, Time to);

}  // namespace syncline
