// What events did to who is where, in the order of the log, for readers who follow it: kept by the
// fold with each event, so that whoever reads it, and whenever, is told the same. Any thread.
//
// The counts are those of the log up to that event: who has lapsed counts until presence.expired
// (or the next mark of that user) is written, which is a change of its own. An event makes no
// change, one, or two: a beat behind a deadline ends the old stay (expired) and begins a new one
// (entered).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/fold/projection.h"

namespace syncline {

enum class PresenceAction : std::uint8_t { entered = 0, moved = 1, left = 2, expired = 3 };
std::string_view name(PresenceAction action);

struct ModuleTally {
  std::string module;
  std::uint64_t total_users = 0, active_now = 0, today = 0;

  bool operator==(const ModuleTally&) const = default;
};

struct PresenceChange {
  PresenceAction action = PresenceAction::entered;
  std::string user_id;
  bool user_id_is_number = false;
  Time time;                        // of the beat or clear; the deadline that passed
  ModuleTally module;               // that the user entered or left
  std::optional<ModuleTally> from;  // that a move left

  bool operator==(const PresenceChange&) const = default;
};

// As the state keeps them.
std::string encode_changes(const std::vector<PresenceChange>& changes);

struct EventChanges {
  Position position;
  std::vector<PresenceChange> changes;

  bool operator==(const EventChanges&) const = default;
};
// Of at most `limit` events behind `after` that changed something.
std::vector<EventChanges> presence_changes(const ReadState& state, Position after,
                                           std::size_t limit);

}  // namespace syncline
