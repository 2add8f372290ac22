#include "projections/sessions/session_reading.h"

#include "projections/deadlines/deadline_index.h"

namespace syncline {
namespace {

std::string_view usual_heartbeat(SessionStatus status) {
  switch (status) {
    case SessionStatus::active:
      return "active_sync";
    case SessionStatus::idle:
      return "idle_sync";
    case SessionStatus::terminated:
      break;
  }
  return "termination_sync";
}

}  // namespace

void show(const SessionRecord& record, Time now, const EachSession& each) {
  SessionView view{.own_id = record.own_id,
                   .phase = phase_at(record, now),
                   .last_activity = record.winner.merge_stamp,
                   .updated_at = record.received_time,
                   .heartbeat_type = {},
                   .position = record.position,
                   .sync = decode_sync(record.sync)};
  if (view.phase == SessionPhase::expired) view.updated_at = *record.deadline;
  view.heartbeat_type = view.sync.heartbeat_type.empty() ? usual_heartbeat(view.sync.status)
                                                         : view.sync.heartbeat_type;
  each(view);
}

void scan_lapsed(const ReadState& state, Time now, Time floor,
                 const std::function<bool(Time, std::string_view, SessionPhase)>& each) {
  scan_deadlines(state, floor, now,
                 [&](Time deadline, std::string_view path, std::string_view value) {
                   return each(deadline, path, static_cast<SessionPhase>(value.front()));
                 });
}

}  // namespace syncline
