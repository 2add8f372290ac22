// Where a session stands, as readers are told: the three states that a client can announce, and
// `expired`, which only time brings. The numbers are in keys on disk. Pure.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "schemas/body.h"

namespace syncline {

enum class SessionPhase : std::uint8_t { active = 0, idle = 1, terminated = 2, expired = 3 };

inline constexpr std::array kSessionPhases = {SessionPhase::active, SessionPhase::idle,
                                              SessionPhase::terminated, SessionPhase::expired};

constexpr std::string_view name(SessionPhase phase) {
  switch (phase) {
    case SessionPhase::active:
      return "active";
    case SessionPhase::idle:
      return "idle";
    case SessionPhase::terminated:
      return "terminated";
    case SessionPhase::expired:
      break;
  }
  return "expired";
}

constexpr std::optional<SessionPhase> session_phase(std::string_view text) {
  for (const SessionPhase phase : kSessionPhases) {
    if (name(phase) == text) return phase;
  }
  return std::nullopt;
}

constexpr SessionPhase phase_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::active:
      return SessionPhase::active;
    case SessionStatus::idle:
      return SessionPhase::idle;
    case SessionStatus::terminated:
      break;
  }
  return SessionPhase::terminated;
}

}  // namespace syncline
