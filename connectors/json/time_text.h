// Times as text: RFC 3339 / ISO-8601, and the date of HTTP. Pure, no allocation but the result, any
// thread. Texts know the years 0001..9999 UTC: what lies outside is refused when read, and written
// as the nearest time inside.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

std::string to_iso(Time time);        // 2025-09-18T22:09:30.000Z, always milliseconds
std::string to_iso_exact(Time time);  // six digits when there are any microseconds

// The same into 27 bytes or more; returns how many were written.
inline constexpr std::size_t kIsoBytes = 27;
std::size_t write_iso(Time time, bool exact, char* out);

// YYYY-MM-DDTHH:MM:SS[.fraction][Z|±HH:MM], in full: RFC 3339 with its lower-case t and z, and its
// space for T. Any number of fractional digits (cut to µs); a leap second counts as the next
// minute. Without an offset: UTC.
std::optional<Time> from_iso(std::string_view text);
std::optional<Time> from_http_date(std::string_view text);  // RFC 9110 IMF-fixdate

}  // namespace syncline
