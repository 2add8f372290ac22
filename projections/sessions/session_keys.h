// The keys of the sessions projection, in one place. Numbers are big-endian. Pure.
//
//   a ‖ u64 page                   the earliest deadline that the syncs of these 1,024 positions
//   set c                              configuration: u64 expire_after_intervals d ‖ deadline ‖
//   path            active and idle sessions by the time they expire: u8 phase i ‖ u8 phase ‖ path
//   sessions by phase: empty n ‖ u8 phase                   how many are in that phase: u64 s ‖
//   path                       the session: see session_record.h u ‖ user                       the
//   user's last login: see user_record.h
//
//   path = user ‖ session, each a text that ends with 00 01 and has its zero bytes as 00 FF: the
//   order of paths is the order of (user id, external id), and no id can reach into another's keys.
//   deadline = µs since 1970 (i64) with its sign bit flipped
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/sessions/session_phase.h"
#include "schemas/types.h"

namespace syncline::session_keys {

inline constexpr std::string_view kAdded = "a";
inline constexpr std::uint64_t kAddedPage = 1024;  // positions
inline constexpr std::string_view kConfig = "c";
inline constexpr std::string_view kDeadlines = "d";
inline constexpr std::string_view kSessions = "s";

std::string user_path(std::string_view user_id);
std::string path(std::string_view user_id, std::string_view session_id);
// Is it a path, as path() makes them?
bool is_path(std::string_view text);

std::string session(std::string_view path);
std::string user(std::string_view user_id);
std::string phase_prefix(SessionPhase phase);
std::string by_phase(SessionPhase phase, std::string_view path);
std::string by_deadline(Time deadline, std::string_view path);
// Where the deadlines from this time on begin.
std::string deadlines_from(Time deadline);
std::string added(Position position);
std::string count(SessionPhase phase);

// What lies behind the kind, phase or deadline of a key.
std::string_view path_of_session(std::string_view key);
std::string_view path_of_phase(std::string_view key);
std::string_view path_of_deadline(std::string_view key);
Time time_of_deadline(std::string_view key);

}  // namespace syncline::session_keys
