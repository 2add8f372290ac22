#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/json/time_text.h"

namespace syncline {
namespace {

void write_session_expired(const EventBody& body, JsonWriter& out) {
  const auto& expired = std::get<SessionExpired>(body.payload);
  out.begin_object()
      .field("user_id", expired.user_id)
      .field("session_id", expired.session_id)
      .field("beat", expired.beat.text())
      .field("deadline", to_iso(expired.deadline))
      .end_object();
}

void write_presence_applied(const ConfigApplied& applied, JsonWriter& out) {
  out.key("presence").begin_object();
  if (applied.presence_expiry) out.field("expiry_ms", applied.presence_expiry->count());
  if (applied.presence_modules) {
    out.key("modules").begin_array();
    for (const PresenceModule& module : *applied.presence_modules) {
      out.begin_object().field("id", module.id).field("name", module.name).end_object();
    }
    out.end_array();
  }
  if (applied.presence_zone) {
    out.field("timezone", applied.presence_zone->name).key("offsets").begin_array();
    for (const ZoneOffset& offset : applied.presence_zone->offsets) {
      out.begin_object().field("from", to_iso(offset.from)).field("east_s", offset.east.count());
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

void write_config_applied(const EventBody& body, JsonWriter& out) {
  const auto& applied = std::get<ConfigApplied>(body.payload);
  out.begin_object();
  if (applied.sessions_expire_after_intervals) {
    out.key("sessions").begin_object();
    out.field("expire_after_intervals",
              static_cast<std::uint64_t>(*applied.sessions_expire_after_intervals));
    out.end_object();
  }
  const bool presence =
      applied.presence_expiry || applied.presence_modules || applied.presence_zone;
  if (presence) write_presence_applied(applied, out);
  out.end_object();
}

// The range is there as far as it is known.
void write_incarnation_begun(const EventBody& body, JsonWriter& out) {
  const auto& begun = std::get<IncarnationBegun>(body.payload);
  out.begin_object();
  if (begun.from) out.field("from", begun.from->value);
  if (begun.to) out.field("to", begun.to->value);
  out.field("who", begun.who).field("reason", begun.reason).end_object();
}

}  // namespace

void add_engine_mappings(PayloadMappings& mappings) {
  mappings.add(EventType::session_expired, {.read = nullptr, .write = write_session_expired});
  mappings.add(EventType::config_applied, {.read = nullptr, .write = write_config_applied});
  for (const auto type : {EventType::log_loss_accepted, EventType::log_restored}) {
    mappings.add(type, {.read = nullptr, .write = write_incarnation_begun});
  }
}

}  // namespace syncline
