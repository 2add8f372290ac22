#include "schemas/event_type.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace syncline {
namespace {

// type, name, subject prefix, reserved, record
constexpr EventTypeInfo kTypes[] = {
    {EventType::session_synced, "session.synced", "session/", false, false},
    {EventType::session_expired, "session.expired", "session/", true, false},
    {EventType::presence_beat, "presence.beat", "presence/", false, false},
    {EventType::presence_cleared, "presence.cleared", "presence/", false, false},
    {EventType::presence_expired, "presence.expired", "presence/", true, false},
    {EventType::license_key_created, "license_key.created", "license_key/", false, true},
    {EventType::license_key_updated, "license_key.updated", "license_key/", false, true},
    {EventType::license_key_deleted, "license_key.deleted", "license_key/", false, true},
    {EventType::customer_created, "customer.created", "customer/", false, true},
    {EventType::customer_updated, "customer.updated", "customer/", false, true},
    {EventType::customer_deleted, "customer.deleted", "customer/", false, true},
    {EventType::admin_user_created, "admin_user.created", "admin_user/", false, true},
    {EventType::admin_user_updated, "admin_user.updated", "admin_user/", false, true},
    {EventType::admin_user_deleted, "admin_user.deleted", "admin_user/", false, true},
    {EventType::release_created, "release.created", "release/", false, true},
    {EventType::release_updated, "release.updated", "release/", false, true},
    {EventType::release_deleted, "release.deleted", "release/", false, true},
    {EventType::setting_created, "setting.created", "setting/", false, true},
    {EventType::setting_updated, "setting.updated", "setting/", false, true},
    {EventType::setting_deleted, "setting.deleted", "setting/", false, true},
    {EventType::enrollment_created, "enrollment.created", "enrollment/", false, true},
    {EventType::enrollment_updated, "enrollment.updated", "enrollment/", false, true},
    {EventType::enrollment_deleted, "enrollment.deleted", "enrollment/", false, true},
    {EventType::profile_created, "profile.created", "profile/", false, true},
    {EventType::profile_updated, "profile.updated", "profile/", false, true},
    {EventType::profile_deleted, "profile.deleted", "profile/", false, true},
    {EventType::user_created, "user.created", "user/", false, true},
    {EventType::user_updated, "user.updated", "user/", false, true},
    {EventType::user_deleted, "user.deleted", "user/", false, true},
    {EventType::progress_created, "progress.created", "progress/", false, true},
    {EventType::progress_updated, "progress.updated", "progress/", false, true},
    {EventType::progress_deleted, "progress.deleted", "progress/", false, true},
    {EventType::license_validated, "license.validated", "license_", true, false},
    {EventType::room_limbic_updated, "room.limbic_updated", "room_state/", false, false},
    {EventType::room_convergence_updated, "room.convergence_updated", "room_state/", false, false},
    {EventType::room_posture_changed, "room.posture_changed", "room_state/", false, false},
    {EventType::room_message, "room.message", "room/", false, false},
    {EventType::room_joined, "room.joined", "room/", false, false},
    {EventType::room_left, "room.left", "room/", false, false},
    {EventType::task_requested, "task.requested", "task/", false, false},
    {EventType::task_claimed, "task.claimed", "task/", false, false},
    {EventType::task_progressed, "task.progressed", "task/", false, false},
    {EventType::task_completed, "task.completed", "task/", false, false},
    {EventType::task_failed, "task.failed", "task/", false, false},
    {EventType::task_expired, "task.expired", "task/", true, false},
    {EventType::task_cancelled, "task.cancelled", "task/", false, false},
    {EventType::webhook_endpoint_changed, "webhook.endpoint_changed", "webhook/", true, false},
    {EventType::sync_requested, "sync.requested", "", true, false},
    {EventType::login_refused, "login.refused", "", true, false},
    {EventType::config_applied, "config.applied", "node/", true, false},
    {EventType::log_loss_accepted, "log.loss_accepted", "node/", true, false},
    {EventType::log_restored, "log.restored", "node/", true, false},
};
constexpr EventTypeInfo kCustom{EventType::custom, "custom", "", false, false};

constexpr bool numbered_in_order() {
  for (std::size_t i = 0; i < std::size(kTypes); ++i) {
    if (static_cast<std::size_t>(kTypes[i].type) != i + 1) return false;
  }
  return true;
}
static_assert(numbered_in_order());
static_assert(std::size(kTypes) == static_cast<std::size_t>(EventType::log_restored));

}  // namespace

std::span<const EventTypeInfo> event_types() { return kTypes; }

const EventTypeInfo* find_event_type(std::string_view name) {
  static const auto* const by_name = [] {
    auto* map = new std::unordered_map<std::string_view, const EventTypeInfo*>;
    for (const EventTypeInfo& t : kTypes) map->emplace(t.name, &t);
    return map;
  }();
  const auto it = by_name->find(name);
  return it == by_name->end() ? nullptr : it->second;
}

const EventTypeInfo& info(EventType type) {
  const auto number = static_cast<std::size_t>(type);
  return number == 0 || number > std::size(kTypes) ? kCustom : kTypes[number - 1];
}

bool is_reserved(std::string_view name) {
  if (name.ends_with(".expired")) return true;
  const EventTypeInfo* const named = find_event_type(name);
  return named != nullptr && named->reserved;
}

}  // namespace syncline
