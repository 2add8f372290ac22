// Every event type that has a name of its own (CONTRACTS 6). The numbers are on disk: a new type is
// added at the end, none is ever renumbered. Whatever is not in this table is `custom` and keeps
// its name in the payload.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace syncline {

enum class EventType : std::uint16_t {
  custom = 0,
  session_synced,
  session_expired,
  presence_beat,
  presence_cleared,
  presence_expired,
  license_key_created,
  license_key_updated,
  license_key_deleted,
  customer_created,
  customer_updated,
  customer_deleted,
  admin_user_created,
  admin_user_updated,
  admin_user_deleted,
  release_created,
  release_updated,
  release_deleted,
  setting_created,
  setting_updated,
  setting_deleted,
  enrollment_created,
  enrollment_updated,
  enrollment_deleted,
  profile_created,
  profile_updated,
  profile_deleted,
  user_created,
  user_updated,
  user_deleted,
  progress_created,
  progress_updated,
  progress_deleted,
  license_validated,
  room_limbic_updated,
  room_convergence_updated,
  room_posture_changed,
  room_message,
  room_joined,
  room_left,
  task_requested,
  task_claimed,
  task_progressed,
  task_completed,
  task_failed,
  task_expired,
  task_cancelled,
  webhook_endpoint_changed,
  sync_requested,
  login_refused,
  config_applied,
  log_loss_accepted,
  log_restored,
};

struct EventTypeInfo {
  EventType type;
  std::string_view name;            // "session.synced"
  std::string_view subject_prefix;  // "session/": what its subject must begin with; "" = anything
  bool reserved;                    // only the engine decides it
  bool record;                      // a record's change: `after` does not count as content
};

// All named types, in the order of their numbers, from 1.
std::span<const EventTypeInfo> event_types();
const EventTypeInfo* find_event_type(std::string_view name);  // nullptr: custom
const EventTypeInfo& info(EventType type);                    // of a named type or of `custom`

// Refused from producers: the reserved ones, and whatever ends with ".expired", named here or not,
// so that a type that is named later was nobody's before.
bool is_reserved(std::string_view name);

}  // namespace syncline
