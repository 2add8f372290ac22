#include "connectors/sessions/session_view_json.h"

#include <cmath>

namespace syncline {
namespace {

std::optional<std::int64_t> per_cent(const std::optional<double>& share) {
  return share ? std::optional(std::int64_t{std::llround(*share * 100)}) : std::nullopt;
}

std::optional<std::int64_t> count_of(const std::optional<std::chrono::milliseconds>& interval) {
  return interval ? std::optional(std::int64_t{interval->count()}) : std::nullopt;
}

}  // namespace

void write_session_view(const SessionView& view, JsonWriter& out) {
  const SessionSynced& sync = view.sync;
  out.begin_object()
      .field("centcom_session_id", view.own_id)
      .field("external_session_id", sync.session_id)
      .field("user_id", sync.user_id)
      .field("session_status", name(view.phase))
      .field("created_at", sync.created_at)
      .field("last_activity", view.last_activity)
      .field("risk_score", per_cent(sync.risk_score))
      .text_or_null("license_type", sync.license_type)
      .text_or_null("app_name", sync.app_name)
      .text_or_null("app_version", sync.app_version)
      .text_or_null("build_number", sync.build_number)
      .field("mfa_verified", sync.mfa_verified)
      .text_or_null("source_ip", sync.ip)
      .text_or_null("country", sync.country)
      .text_or_null("city", sync.city)
      .text_or_null("timezone", sync.timezone)
      .text_or_null("platform", sync.platform)
      .text_or_null("device_type", sync.device_type)
      .text_or_null("browser", sync.browser)
      .text_or_null("user_agent", sync.user_agent)
      .text_or_null("location_formatted", sync.location_formatted)
      .text_or_null("device_formatted", sync.device_formatted)
      .text_or_null("heartbeat_type", view.heartbeat_type)
      .text_or_null("sync_source", sync.sync_source)
      .text_or_null("sync_version", sync.sync_version)
      .field("last_sync_interval", count_of(sync.last_sync_interval))
      .field("sync_timestamp", sync.sync_timestamp)
      .field("updated_at", view.updated_at)
      .field("position", view.position)
      .end_object();
}

}  // namespace syncline
