// Events as a person reads them on a terminal, from their wire form. Pure.
#pragma once

#include <string>
#include <string_view>

namespace syncline {

// "42  2025-09-18T22:09:30.000Z  session.synced  session/42/abc  (centcom)"
std::string event_row(std::string_view cloudevent);
// A line for each attribute, data last.
std::string event_sheet(std::string_view cloudevent);

}  // namespace syncline
