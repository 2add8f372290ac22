#include "ops/cli/time_zone.h"

#include <algorithm>
#include <stdexcept>

#include <date/tz.h>

#include "ops/cli/nearest.h"

namespace syncline {
namespace {

constexpr std::string_view kUtc = "UTC";
constexpr date::sys_seconds kFrom = date::sys_days(date::year(2020) / 1 / 1);
constexpr date::sys_seconds kTo = date::sys_days(date::year(2060) / 1 / 1);

std::string unknown_zone(const std::string& name) {
  std::vector<std::string_view> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  const std::string_view meant = near(name, names);
  return '"' + name + "\" is no time zone of the tz database" +
         (meant.empty() ? std::string("; names are like \"Europe/Zurich\"")
                        : "; did you mean \"" + std::string(meant) + "\"?");
}

}  // namespace

std::string time_zone_fault(const std::string& name) {
  if (name == kUtc) return "";
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found = std::find_if(zones.begin(), zones.end(),
                                    [&](const auto& zone) { return zone.name() == name; });
    if (found != zones.end()) return "";
    return unknown_zone(name);
  } catch (const std::runtime_error& error) {
    return "cannot be looked up, because this machine's tz database cannot be read (" +
           std::string(error.what()) + "); install the package tzdata, or write \"UTC\"";
  }
}

std::vector<ZoneOffset> time_zone_offsets(const std::string& name) {
  if (name == kUtc) return {{Time(kFrom), std::chrono::seconds(0)}};
  const date::time_zone* zone = date::locate_zone(name);
  std::vector<ZoneOffset> offsets;
  for (date::sys_seconds t = kFrom; t < kTo;) {
    const date::sys_info info = zone->get_info(t);
    // Some changes are of the zone's abbreviation alone.
    if (offsets.empty() || offsets.back().east != info.offset) {
      offsets.push_back({Time(t), info.offset});
    }
    t = info.end;
  }
  return offsets;
}

}  // namespace syncline
