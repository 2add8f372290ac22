// The figures of a module, or of all of them together, as far as they are written; and how many
// users were seen in it today. Pure; the shape on disk stands in module_record.cc alone.
#pragma once

#include <string>
#include <string_view>

#include "projections/presence/local_day.h"
#include "projections/presence/presence_settings.h"

namespace syncline {

struct ModuleRecord {
  std::uint64_t present = 0;      // who lapsed without an event that says so is still in it
  std::uint64_t total_users = 0;  // ever seen
  // What is known of one day of the zone of that number; a day of no length: nothing.
  LocalDay day{};
  std::uint32_t zone = 0;
  std::uint64_t today = 0;

  bool knows(std::uint32_t asked_zone, Time instant) const {
    return zone == asked_zone && day.from <= instant && instant < day.to;
  }
};

std::string encode_module(const ModuleRecord& record);
ModuleRecord decode_module(const std::optional<std::string>& value);  // nullopt: nobody yet

ModuleRecord module_record(const Gets auto& state, std::string_view module) {
  return decode_module(state.get(presence_keys::module(module)));
}

std::uint64_t decode_count(const std::optional<std::string>& value);
std::string encode_count(std::uint64_t count);

// The record with its figure for the day of that instant: as known, else the sum of the quarters of
// an hour since midnight, of which a day has a hundred at most.
ModuleRecord on_day(const Gets auto& state, std::string_view module, Time instant) {
  ModuleRecord record = module_record(state, module);
  const std::uint32_t zone = beat_settings(state).zone;
  if (record.knows(zone, instant)) return record;
  record.day = local_day(zone_of(state), instant);
  record.zone = zone;
  record.today = 0;
  for (Time t = record.day.from; t < record.day.to; t += presence_keys::Quarters(1)) {
    record.today += decode_count(state.get(presence_keys::seen(module, t)));
  }
  return record;
}

}  // namespace syncline
