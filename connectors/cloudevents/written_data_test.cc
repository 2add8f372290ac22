// What readers are given as the data of a type is what its schema says, also of the types that no
// producer may send and nobody has held against it before.
#include <map>

#include <gmock/gmock.h>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/schema_check.h"
#include "connectors/json/time_text.h"
#include "connectors/presence/presence_json.h"
#include "connectors/sessions/session_json.h"

namespace syncline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Time kThen = *from_iso("2025-09-18T22:29:30.000001Z");
const EventName kBeat{*OriginId::from("a"), 1, Sequence(7)};

// Of each type whose payload has fields of its own: everything that it can have, and as little.
std::multimap<EventType, Payload> samples() {
  SessionSynced session;
  session.user_id = "u";
  session.session_id = "s";
  SessionSynced whole = session;
  whole.created_at = whole.last_activity = whole.sync_timestamp = kThen;
  whole.ip = whole.country = whole.region = whole.city = whole.timezone = "x";
  whole.location_formatted = whole.device_formatted = whole.platform = whole.device_type = "x";
  whole.browser = whole.user_agent = whole.os_version = whole.app_name = whole.app_version = "x";
  whole.build_number = whole.license_type = whole.authentication_method = "x";
  whole.mfa_verified = true;
  whole.risk_score = 0.5;
  whole.risk_factors = {"a", "b"};
  whole.duration_seconds = 1.5;
  whole.sync_source = whole.sync_version = whole.heartbeat_type = "x";
  whole.last_sync_interval = minutes(8);
  const PresenceZone zone{"Europe/Berlin", {{kThen, seconds(3600)}, {kThen, seconds(7200)}}};
  const ConfigApplied applied{2, minutes(5), {{{"pms", "procurement"}}}, zone};
  return {
      {EventType::session_synced, session},
      {EventType::session_synced, whole},
      {EventType::session_expired, SessionExpired{"u", "s", kBeat, kThen}},
      {EventType::presence_beat, PresenceBeat{.user_id = "u", .module = "pms"}},
      {EventType::presence_beat, PresenceBeat{"7", true, "pms", "/p", "r", "n"}},
      {EventType::presence_cleared, PresenceCleared{"u"}},
      {EventType::presence_cleared, PresenceCleared{"7", true}},
      {EventType::presence_expired, PresenceExpired{"u", false, kBeat, kThen}},
      {EventType::presence_expired, PresenceExpired{"7", true, kBeat, kThen}},
      {EventType::config_applied, ConfigApplied{}},
      {EventType::config_applied, applied},
      {EventType::log_loss_accepted, IncarnationBegun{Position(3), Position(4), "me", "why"}},
      {EventType::log_loss_accepted, IncarnationBegun{{}, {}, "me", "why"}},
      {EventType::log_restored, IncarnationBegun{Position(3), Position(4), "me", "why"}},
  };
}

TEST(WrittenData, IsWhatItsSchemaSays) {
  PayloadMappings mappings;
  add_engine_mappings(mappings);
  add_session_mappings(mappings);
  add_presence_mappings(mappings);
  const SchemaCheck schemas;
  const auto all = samples();
  for (const EventTypeInfo& type : event_types()) {
    if (mappings.find(type.type) == nullptr) continue;  // kept as it was sent, and held to it then
    EXPECT_TRUE(all.contains(type.type)) << type.name << " needs a sample here";
    const auto [first, last] = all.equal_range(type.type);
    for (auto sample = first; sample != last; ++sample) {
      EventBody body;
      body.type = type.type;
      body.payload = sample->second;
      std::string data;
      JsonWriter out(data);
      write_payload(body, mappings, out);
      for (const FieldFault& fault : schemas.check(type.type, data))
        ADD_FAILURE() << type.name << ": " << fault.pointer << " " << fault.message << "\n" << data;
    }
  }
}

// An empty object is nobody's data but where everything may be left out.
TEST(WrittenData, SchemasOfTheEnginesTypesAskForSomething) {
  const SchemaCheck schemas;
  for (const EventTypeInfo& type : event_types()) {
    if (!type.reserved || type.type == EventType::config_applied) continue;
    EXPECT_FALSE(schemas.check(type.type, "{}").empty()) << type.name;
  }
}

}  // namespace
}  // namespace syncline
