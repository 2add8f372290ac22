// The body of an event: what a connector knows before the sequencer has seen it. All texts are
// views: while it is built they point into the request, after decode_body() into the frame, and
// whoever holds those bytes outlives the body. "" means absent. See schemas/event.fbs for the
// on-disk shape.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/event_type.h"
#include "schemas/types.h"

namespace syncline {

enum class Encoding : std::uint8_t { none = 0, json, text, binary };

// Data kept as the producer wrote it: custom types, and named types that no fold reads by field.
struct Document {
  std::string_view type = {};  // the producer's name for it; set for custom only
  Encoding encoding = Encoding::none;
  std::string_view data = {};          // exact bytes
  std::string_view content_type = {};  // "" = application/json for json

  bool operator==(const Document&) const = default;
};

enum class SessionStatus : std::uint8_t { active, idle, terminated };
std::string_view name(SessionStatus status);
std::optional<SessionStatus> session_status(std::string_view name);

// Contract 1, POST /api/centcom/sessions/sync.
struct SessionSynced {
  std::string_view user_id;
  std::string_view session_id;  // the producer's ("external") id
  SessionStatus status = SessionStatus::active;
  std::optional<Time> created_at;
  std::optional<Time> last_activity;
  std::string_view ip, country, region, city, timezone, location_formatted;
  std::string_view platform, device_type, browser, user_agent, os_version, device_formatted;
  std::string_view app_name, app_version, build_number, license_type;
  std::optional<bool> mfa_verified;
  std::optional<double> risk_score;  // 0..1
  std::vector<std::string_view> risk_factors;
  std::string_view authentication_method;
  std::optional<double> duration_seconds;
  std::optional<Time> sync_timestamp;
  std::string_view sync_source, sync_version;
  std::optional<std::chrono::milliseconds> last_sync_interval;  // the announced interval
  std::string_view heartbeat_type;

  bool operator==(const SessionSynced&) const = default;
};

struct SessionExpired {
  std::string_view user_id;
  std::string_view session_id;
  EventName beat;  // the sync after which nothing came
  Time deadline;

  bool operator==(const SessionExpired&) const = default;
};

// Contract 2, POST and DELETE /api/stats/heartbeat. The user's id is from the token, where it is a
// string or a number.
struct PresenceBeat {
  std::string_view user_id;
  bool user_id_is_number = false;
  std::string_view module, page = {}, resource = {};
  std::string_view name = {};  // of the user

  bool operator==(const PresenceBeat&) const = default;
};

struct PresenceCleared {
  std::string_view user_id;
  bool user_id_is_number = false;

  bool operator==(const PresenceCleared&) const = default;
};

struct PresenceExpired {
  std::string_view user_id;
  bool user_id_is_number = false;
  EventName beat;  // after which nothing came
  Time deadline;   // when it stopped counting

  bool operator==(const PresenceExpired&) const = default;
};

struct PresenceModule {
  std::string_view id;    // as beats say it
  std::string_view name;  // as readers are told it

  bool operator==(const PresenceModule&) const = default;
};

// From then on, local time is UTC + east.
struct ZoneOffset {
  Time from;
  std::chrono::seconds east{0};

  bool operator==(const ZoneOffset&) const = default;
};

struct PresenceZone {
  std::string_view name;            // IANA
  std::vector<ZoneOffset> offsets;  // by time; the first holds before it too

  bool operator==(const PresenceZone&) const = default;
};

// The configuration that folds depend on, from this event on; absent: as it was.
struct ConfigApplied {
  std::optional<std::uint32_t> sessions_expire_after_intervals = {};
  std::optional<std::chrono::milliseconds> presence_expiry = {};
  std::optional<std::vector<PresenceModule>> presence_modules = {};
  std::optional<PresenceZone> presence_zone = {};

  bool operator==(const ConfigApplied&) const = default;
};

// Of log.loss_accepted and log.restored, which begin an incarnation: events from..to (inclusive) of
// the one before were acknowledged, or may have been, and are not in this log; absent: not known.
struct IncarnationBegun {
  std::optional<Position> from, to;
  std::string_view who;     // typed it
  std::string_view reason;  // a sentence

  bool operator==(const IncarnationBegun&) const = default;
};

using Payload = std::variant<Document, SessionSynced, SessionExpired, ConfigApplied,
                             IncarnationBegun, PresenceBeat, PresenceCleared, PresenceExpired>;

struct EventBody {
  std::string_view id;
  std::string_view source;
  std::string_view subject;
  EventType type = EventType::custom;
  Payload payload;
  std::optional<Time> event_time;
  std::string_view actor;
  std::string_view tenant;
  std::string_view trace;
  std::optional<Time> sent_time;
  std::string_view client_id;
  std::string_view client_address;
  std::string_view client_user_agent;
  std::string_view extra_json;
  std::string_view extensions_json;

  // "session.synced", or the producer's own name of a custom type.
  std::string_view type_name() const;

  bool operator==(const EventBody&) const = default;
};

}  // namespace syncline
