#include "projections/presence/presence_history.h"

#include <algorithm>

#include "projections/presence/attendance_range.h"
#include "projections/presence/peak.h"
#include "projections/presence/presence_settings.h"

namespace syncline {
namespace {

constexpr Duration kInstant(1);

std::vector<PresencePoint> points_of(const AttendanceRange& attendance, Time to,
                                     const HistoryRange& range) {
  std::vector<PresencePoint> points;
  std::int64_t count = attendance.count_before(range.from);
  Time before = range.from;
  for (Time t = range.from; t < to; t += range.step) {
    count += attendance.total(before, t + kInstant).net();
    before = t + kInstant;
    points.push_back({t, static_cast<std::uint64_t>(count)});
    if (range.step >= to - t) break;
  }
  return points;
}

double mean_stay(const Flow& flow) {
  if (flow.left == 0) return 0;
  using Seconds = std::chrono::duration<double>;
  return Seconds(flow.stayed).count() / static_cast<double>(flow.left);
}

}  // namespace

PresenceHistory presence_history(const ReadState& state, Time now, std::string_view module,
                                 const HistoryRange& range, Time floor) {
  PresenceHistory history;
  const Time from = range.from;
  history.peak.time = from;
  const Time to = std::min(range.to, now);
  if (from >= to) {  // all of it is to come
    for (const ConfiguredModule& configured : modules_of(state)) {
      history.distribution.emplace_back(configured.id, 0.0);
    }
    return history;
  }
  const auto lapses = lapses_before(state, to, floor);
  const AttendanceRange asked(state, module, lapses);
  history.points = points_of(asked, to, range);
  history.peak = peak_of(asked, from, to);
  history.average_session_seconds = mean_stay(asked.total(from, to));

  double sum = 0;
  for (const ConfiguredModule& configured : modules_of(state)) {
    const double time = AttendanceRange(state, configured.id, lapses).user_time(from, to);
    history.distribution.emplace_back(configured.id, time);
    sum += time;
  }
  for (auto& [id, share] : history.distribution) share = sum == 0 ? 0 : share / sum;
  return history;
}

}  // namespace syncline
