#include "tests/property/sessions_model.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "projections/sessions/session_id.h"

namespace syncline {
namespace {

using Name = std::pair<std::string_view, std::string_view>;

Name name_of(const SessionSynced& s) { return {s.user_id, s.session_id}; }

bool same_content(const Event& left, const Event& right) {
  const auto content = [](const Event& e) {
    const auto& s = std::get<SessionSynced>(e.body.payload);
    return std::tuple(s.status, s.created_at, s.last_activity, s.license_type, s.city,
                      s.mfa_verified, s.sync_timestamp, s.last_sync_interval, s.heartbeat_type,
                      e.body.extra_json);
  };
  return content(left) == content(right);
}

// One session's story, event by event.
struct Story {
  std::vector<const Event*> applied;  // the syncs, in their order
  const Event* shown = nullptr;       // the last of them
  const Event* moved_by = nullptr;
  std::string own_id;
  std::optional<Time> deadline;
  bool expiry_written = false;
  Outcome outcome;  // of the last event

  const SessionSynced& sync() const { return std::get<SessionSynced>(shown->body.payload); }

  // What the last applied sync that named the field said.
  template <class Field>
  Field known(Field SessionSynced::*field) const {
    for (auto event = applied.rbegin(); event != applied.rend(); ++event) {
      const auto& said = std::get<SessionSynced>((*event)->body.payload).*field;
      if (said != Field()) return said;
    }
    return {};
  }

  SessionPhase phase(Time now) const {
    if (expiry_written || (deadline && now >= *deadline)) return SessionPhase::expired;
    return phase_of(sync().status);
  }

  void hear(const Event& event, std::uint32_t intervals) {
    outcome = {};
    if (const auto* expired = std::get_if<SessionExpired>(&event.body.payload)) {
      if (shown == nullptr || shown->header.name != expired->beat) return;
      if (deadline != expired->deadline) return;
      if (expiry_written || sync().status == SessionStatus::terminated) return;
      expiry_written = true;
      moved_by = &event;
      outcome.applied = true;
      return;
    }
    if (shown == nullptr) {
      const auto& first = std::get<SessionSynced>(event.body.payload);
      own_id = make_session_id(first.user_id, first.session_id,
                               first.created_at.value_or(event.header.received_time));
      outcome.created = true;
      return take(event, intervals);
    }
    const SessionPhase stands = phase(event.header.received_time);
    const auto status = std::get<SessionSynced>(event.body.payload).status;
    const Time activity = event.header.merge_stamp;
    const Time known = shown->header.merge_stamp;
    if (activity == known && same_content(event, *shown)) {
      outcome.applied = stands == phase_of(status);
      if (outcome.applied) keep(event, intervals);
      return;
    }
    if (repeats_replaced(event)) return;
    const bool late = activity < known;
    const bool too_late = stands == SessionPhase::terminated;
    const bool no_revival = stands == SessionPhase::expired && activity == known;
    if (!late && !too_late && !no_revival) take(event, intervals);
  }

  // Is it one of the last 8 that were applied at the stamp of the one shown?
  bool repeats_replaced(const Event& event) const {
    for (std::size_t back = 1; back <= std::min<std::size_t>(8, applied.size()); ++back) {
      const Event& earlier = *applied[applied.size() - back];
      if (earlier.header.merge_stamp != shown->header.merge_stamp) return false;
      if (earlier.header.merge_stamp != event.header.merge_stamp) return false;
      if (same_content(event, earlier)) return true;
    }
    return false;
  }

  void take(const Event& event, std::uint32_t intervals) {
    applied.push_back(&event);
    shown = moved_by = &event;
    expiry_written = false;
    outcome.applied = true;
    keep(event, intervals);
  }

  // Sets the deadline, counted from the receipt of a sync that says what the one shown says.
  void keep(const Event& event, std::uint32_t intervals) {
    using namespace std::chrono_literals;
    deadline.reset();
    const SessionSynced& s = sync();
    if (s.status == SessionStatus::terminated) return;
    std::chrono::milliseconds interval = s.last_sync_interval.value_or(0ms);
    if (interval <= 0ms) interval = s.status == SessionStatus::active ? 8min : 24h;
    deadline = event.header.received_time;
    for (std::uint32_t i = 0; i < intervals; ++i) *deadline += interval;
  }
};

// `upto` events of one session.
Story story_of(const std::deque<Event>& events, Name name) {
  Story story;
  std::uint32_t intervals = 2;
  for (const Event& event : events) {
    story.outcome = {};
    if (const auto* config = std::get_if<ConfigApplied>(&event.body.payload)) {
      const std::uint32_t set = config->sessions_expire_after_intervals.value_or(intervals);
      story.outcome.applied = set != intervals;
      intervals = set;
      continue;
    }
    const auto* sync = std::get_if<SessionSynced>(&event.body.payload);
    const auto* expired = std::get_if<SessionExpired>(&event.body.payload);
    if (sync && name_of(*sync) == name) story.hear(event, intervals);
    if (expired && Name(expired->user_id, expired->session_id) == name) {
      story.hear(event, intervals);
    }
  }
  return story;
}

}  // namespace

Outcome SessionsModel::last_outcome() const {
  Name name;
  if (const auto* sync = std::get_if<SessionSynced>(&events_.back().body.payload)) {
    name = name_of(*sync);
  } else if (const auto* x = std::get_if<SessionExpired>(&events_.back().body.payload)) {
    name = {x->user_id, x->session_id};
  }
  return story_of(events_, name).outcome;
}

std::vector<ModelSession> SessionsModel::sessions(Time now) const {
  std::set<Name> names;
  for (const Event& event : events_) {
    if (const auto* sync = std::get_if<SessionSynced>(&event.body.payload)) {
      names.insert(name_of(*sync));
    }
  }
  std::vector<ModelSession> out;
  for (const Name& name : names) {
    const Story story = story_of(events_, name);
    const SessionSynced& sync = story.sync();
    const SessionPhase phase = story.phase(now);
    std::string heartbeat(sync.heartbeat_type);
    if (heartbeat.empty()) {
      heartbeat = sync.status == SessionStatus::active ? "active_sync"
                  : sync.status == SessionStatus::idle ? "idle_sync"
                                                       : "termination_sync";
    }
    out.push_back({.user_id = std::string(name.first),
                   .session_id = std::string(name.second),
                   .own_id = story.own_id,
                   .phase = phase,
                   .last_activity = story.shown->header.merge_stamp,
                   .updated_at = phase == SessionPhase::expired ? *story.deadline
                                                                : story.shown->header.received_time,
                   .position = story.moved_by->header.position.value,
                   .beat = story.shown->header.position.value,
                   .created_at = story.known(&SessionSynced::created_at),
                   .license_type = std::string(story.known(&SessionSynced::license_type)),
                   .city = std::string(story.known(&SessionSynced::city)),
                   .mfa_verified = story.known(&SessionSynced::mfa_verified),
                   .sync_timestamp = sync.sync_timestamp,
                   .heartbeat_type = heartbeat,
                   .deadline = story.deadline,
                   .expiry_written = story.expiry_written});
  }
  return out;
}

}  // namespace syncline
