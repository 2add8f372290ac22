#include "connectors/presence/presence_answers.h"

#include "connectors/past_reads.h"
#include "connectors/presence/presence_json.h"
#include "engine/limits.h"

namespace syncline {
namespace {

void write_tally(const ModuleTally& tally, JsonWriter& out) {
  out.field("module", std::string_view(tally.module))
      .field("activeNow", tally.active_now)
      .field("totalUsers", tally.total_users)
      .field("today", tally.today);
}

void write_point(std::string_view count, const PresencePoint& point, JsonWriter& out) {
  out.begin_object().field(count, point.active_now).field("time", point.time).end_object();
}

// What each answer of an instant ends with.
void end_answer(Time now, const std::optional<Moment>& past, JsonWriter& out) {
  out.field("timestamp", now);
  if (past) write_moment(*past, out);
  out.end_object();
}

std::string error_json(std::string_view error) {
  std::string body;
  JsonWriter(body).begin_object().field("error", error).end_object();
  return body;
}

}  // namespace

std::string modules_json(const PresenceCounts& counts, Time now,
                         const std::optional<Moment>& past) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  for (const ModuleCounts& module : counts.modules) {
    out.key(module.name)
        .begin_object()
        .field("totalUsers", module.total_users)
        .field("activeNow", module.active_now)
        .field("today", module.today)
        .end_object();
  }
  end_answer(now, past, out);
  return body;
}

void write_viewer(const PresentUser& user, JsonWriter& out) {
  out.begin_object().key("userId");
  write_user_id(user.user_id, user.user_id_is_number, out);
  out.text_or_null("name", user.name)
      .field("module", user.module)
      .field("since", user.since)
      .field("lastSeen", user.last_seen)
      .end_object();
}

std::string viewers_json(const ReadState& state, Time now, std::string_view resource,
                         const std::optional<Moment>& past) {
  std::string users;
  JsonWriter list(users);
  list.begin_array();
  const std::uint64_t count =
      viewers_of(state, now, resource, limits::kPageEvents,
                 [&](const PresentUser& user) { write_viewer(user, list); });
  list.end_array();
  std::string body;
  JsonWriter out(body);
  out.begin_object().field("resource", resource).field("count", count).key("viewers").raw(users);
  end_answer(now, past, out);
  return body;
}

std::string history_json(const HistoryQuery& query, const PresenceHistory& history) {
  std::string body;
  JsonWriter out(body);
  out.begin_object()
      .text_or_null("module", query.module)
      .field("from", query.from)
      .field("to", query.to)
      .field("step", std::int64_t{query.step.count()})
      .key("points")
      .begin_array();
  for (const PresencePoint& point : history.points) write_point("activeNow", point, out);
  out.end_array().key("peak");
  write_point("value", history.peak, out);
  out.field("averageSessionSeconds", history.average_session_seconds)
      .key("distribution")
      .begin_object();
  for (const auto& [module, share] : history.distribution) out.field(module, share);
  out.end_object().end_object();
  return body;
}

std::string change_json(const PresenceChange& change, bool with_user) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  write_tally(change.module, out);
  out.field("timestamp", change.time);
  if (change.from) {
    out.key("previous").begin_object();
    write_tally(*change.from, out);
    out.end_object();
  }
  if (with_user) {
    out.key("user").begin_object().key("id");
    write_user_id(change.user_id, change.user_id_is_number, out);
    out.field("action", name(change.action)).end_object();
  }
  out.end_object();
  return body;
}

std::string presence_failure(int status, std::string_view detail) {
  return error_json(status == 401 ? "Authentication required" : detail);
}

std::string heartbeat_failure(int status, std::string_view detail) {
  return presence_failure(status, status == 500 ? "Failed to record activity" : detail);
}

}  // namespace syncline
