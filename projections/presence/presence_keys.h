// The keys of the presence projection, in one place. Numbers are big-endian; texts that something
// stands behind end as key_text.h says; module "" is all modules together. Pure.
//
//   b ‖ eighth ‖ module          how many deadlines lie in that eighth of a second: u64
//   c                            what beats go by: see presence_settings.h
//   e ‖ position                 what the event changed: see presence_change.cc
//   h ‖ module ‖ time            who entered and left at that instant: see attendance.h
//   k                            the configured modules
//   m ‖ module                   its figures: see module_record.h
//   n ‖ user                     who is there, as far as it is written: empty
//   q ‖ u8 grain ‖ module ‖ time the same as `h` for a whole minute, for a whole day
//   r ‖ resource ‖ user          its viewers, as far as it is written: empty
//   s ‖ module ‖ quarter         how many users were last seen in that quarter of an hour: u64
//   u ‖ user                     the user: see presence_record.h
//   z                            the zone's offsets
//   a, d                         by deadline: the module; see
//   projections/deadlines/deadline_index.h
//
//   time = µs since 1970 (i64), eighth = in 125 ms, quarter = in 15 min, all with the sign bit
//   flipped
#pragma once

#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline::presence_keys {

using Eighths = std::chrono::duration<std::int64_t, std::ratio<1, 8>>;
using Quarters = std::chrono::duration<std::int64_t, std::ratio<900>>;

inline constexpr std::string_view kAllModules = "";
inline constexpr std::string_view kBeatSettings = "c";
inline constexpr std::string_view kModules = "k";
inline constexpr std::string_view kZone = "z";
inline constexpr std::string_view kLapsing = "b";
inline constexpr std::string_view kChanges = "e";
inline constexpr std::string_view kPresent = "n";

std::string lapsing_from(Time deadline);
std::string lapsing(Time deadline, std::string_view module);
std::string changes(Position position);
std::string module(std::string_view module);
std::string present(std::string_view user);
std::string viewers(std::string_view resource);
std::string viewer(std::string_view resource, std::string_view user);
std::string seen(std::string_view module, Time time);
std::string user(std::string_view user);

enum class Grain : std::uint8_t { minute = 0, day = 1 };
Duration length(Grain grain);
Time start_of(Grain grain, Time time);
std::string instants(std::string_view module);
std::string instant(std::string_view module, Time time);
std::string spans(Grain grain, std::string_view module);
std::string span(Grain grain, std::string_view module, Time start);

// The time at the end of an instant's or a span's key.
Time time_of(std::string_view key);
// Of a key of `b`: the module, and the first moment behind that eighth.
std::string_view module_of_lapsing(std::string_view key);
Time end_of_lapsing(std::string_view key);
Position position_of_changes(std::string_view key);

}  // namespace syncline::presence_keys
