#include "projections/sessions/sessions_view.h"

#include <algorithm>

#include "engine/error.h"
#include "projections/big_endian.h"
#include "projections/sessions/session_keys.h"
#include "projections/sessions/session_reading.h"
#include "projections/sessions/user_record.h"

namespace syncline {
namespace keys = session_keys;

bool find_session(const ReadState& state, Time now, std::string_view user_id,
                  std::string_view session_id, const EachSession& each) {
  const auto value = state.get(keys::session(keys::path(user_id, session_id)));
  if (!value) return false;
  show(decode_record(*value), now, each);
  return true;
}

void user_sessions(const ReadState& state, Time now, std::string_view user_id, std::size_t limit,
                   const EachSession& each) {
  std::vector<std::pair<WriteRank, std::string>> values;
  const std::string prefix = keys::session(keys::user_path(user_id));
  state.scan(prefix, prefix, [&](std::string_view, std::string_view value) {
    values.emplace_back(decode_record(value).winner, value);
    return true;
  });
  const auto shown = values.begin() + static_cast<std::ptrdiff_t>(std::min(limit, values.size()));
  std::partial_sort(values.begin(), shown, values.end(),
                    [](const auto& a, const auto& b) { return a.first > b.first; });
  std::for_each(values.begin(), shown,
                [&](const auto& v) { show(decode_record(v.second), now, each); });
}

SessionCounts count_sessions(const ReadState& state, Time now, Time floor) {
  SessionCounts counts;
  for (const SessionPhase phase : kSessionPhases) {
    const auto value = state.get(keys::count(phase));
    counts.of(phase) = value ? read_big_endian(*value) : 0;
  }
  scan_lapsed(state, now, floor, [&](Time, std::string_view, SessionPhase phase) {
    --counts.of(phase);
    ++counts.expired;
    return true;
  });
  return counts;
}

std::uint64_t& SessionCounts::of(SessionPhase phase) {
  switch (phase) {
    case SessionPhase::active:
      return active;
    case SessionPhase::idle:
      return idle;
    case SessionPhase::terminated:
      return terminated;
    case SessionPhase::expired:
      break;
  }
  return expired;
}

std::optional<LastLogin> last_login(const ReadState& state, std::string_view user_id) {
  const auto value = state.get(keys::user(user_id));
  if (!value) return std::nullopt;
  const UserRecord user = decode_user(*value);
  return LastLogin{user.last_login, user.latest.merge_stamp, std::string(user.session_id)};
}

std::vector<DueSession> due_sessions(const ReadState& state, Time now, std::size_t limit,
                                     Time floor) {
  std::vector<DueSession> due;
  if (limit == 0) return due;
  scan_lapsed(state, now, floor, [&](Time deadline, std::string_view path, SessionPhase) {
    const auto value = state.get(keys::session(path));
    SYNCLINE_CHECK(value.has_value());
    const SessionRecord record = decode_record(*value);
    const SessionSynced sync = decode_sync(record.sync);
    due.push_back(
        {std::string(sync.user_id), std::string(sync.session_id), record.winner.name, deadline});
    return due.size() < limit;
  });
  return due;
}

}  // namespace syncline
