// The world's time zones, as the tz database of this machine has them (tzdata, read by date/tz.h,
// which time_zone.cc alone sees). "UTC" is known without one. Called at start; what is read then is
// kept.
#pragma once

#include <string>
#include <vector>

#include "schemas/body.h"

namespace syncline {

// "": there is a zone of that name; else what to write.
std::string time_zone_fault(const std::string& name);

// Each change of its clocks from 2020 to 2060, as far as the database lists them: it ends with 2037
// for most zones. Of a name without fault.
std::vector<ZoneOffset> time_zone_offsets(const std::string& name);

}  // namespace syncline
