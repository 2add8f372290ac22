// The keys of the sessions projection, in one place. Numbers are big-endian. Pure.
//
//   c                     configuration: u64 expire_after_intervals
//   i ‖ u8 phase ‖ path   sessions by phase: empty
//   n ‖ u8 phase          how many are in that phase: u64
//   s ‖ path              the session: see session_record.h
//   u ‖ user              the user's last login: see user_record.h
//   a, d                  active and idle sessions by the time they expire: u8 phase; see
//                         projections/deadlines/deadline_index.h
//
//   path = user ‖ session, as texts of key_text.h: the order of paths is that of (user id, external
//   id), and no id can reach into another's keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/sessions/session_phase.h"
#include "schemas/types.h"

namespace syncline::session_keys {

inline constexpr std::string_view kConfig = "c";
inline constexpr std::string_view kSessions = "s";

std::string user_path(std::string_view user_id);
std::string path(std::string_view user_id, std::string_view session_id);
// Is it a path, as path() makes them?
bool is_path(std::string_view text);

std::string session(std::string_view path);
std::string user(std::string_view user_id);
std::string phase_prefix(SessionPhase phase);
std::string by_phase(SessionPhase phase, std::string_view path);
std::string count(SessionPhase phase);

// What lies behind the kind or phase of a key.
std::string_view path_of_session(std::string_view key);
std::string_view path_of_phase(std::string_view key);

}  // namespace syncline::session_keys
