// Times as text: RFC 3339 / ISO-8601. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

std::string to_iso(Time time);        // 2025-09-18T22:09:30.000Z, always milliseconds
std::string to_iso_exact(Time time);  // microseconds when there are any
// Years 0001..9999, any offset, any number of fractional digits (cut to µs); a leap second counts as the
// next minute. Without an offset: UTC.
std::optional<Time> from_iso(std::string_view text);
std::optional<Time> from_http_date(std::string_view text);  // RFC 9110 IMF-fixdate

}  // namespace syncline
