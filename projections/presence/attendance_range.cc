#include "projections/presence/attendance_range.h"

#include <algorithm>

#include "engine/error.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/presence/presence_record.h"

namespace syncline {
namespace keys = presence_keys;
using keys::Grain;
namespace {

// Before all events.
constexpr Time kBeginning = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);

Time ceiling(Grain grain, Time time) {
  const Time start = keys::start_of(grain, time);
  return start == time ? start : start + keys::length(grain);
}

}  // namespace

std::vector<Lapse> lapses_before(const ReadState& state, Time to, Time floor) {
  std::vector<Lapse> lapses;
  const auto take = [&](Time deadline, std::string_view user, std::string_view module) {
    const auto value = state.get(keys::user(user));
    SYNCLINE_CHECK(value.has_value());
    const PresenceRecord record = decode_presence(*value);
    lapses.push_back({.deadline = deadline,
                      .module = std::string(module),
                      .stayed = deadline - record.since,
                      .present = deadline - record.present_since});
    return true;
  };
  scan_deadlines(state, floor, to - Duration(1), take);
  return lapses;
}

AttendanceRange::AttendanceRange(const ReadState& state, std::string_view module,
                                 const std::vector<Lapse>& lapses)
    : state_(state), module_(module) {
  for (const Lapse& lapse : lapses) {
    if (module == keys::kAllModules) {
      ends_.push_back({lapse.deadline, lapse.present});
    } else if (module == lapse.module) {
      ends_.push_back({lapse.deadline, lapse.stayed});
    }
  }
}

void AttendanceRange::rows(Time from, Time to, const EachRow& each) const {
  const Time minutes_from = ceiling(Grain::minute, from);
  const Time minutes_to = keys::start_of(Grain::minute, to);
  if (minutes_from >= minutes_to) return instants(from, to, each);
  instants(from, minutes_from, each);
  const Time days_from = ceiling(Grain::day, minutes_from);
  const Time days_to = keys::start_of(Grain::day, minutes_to);
  if (days_from >= days_to) {
    minutes(minutes_from, minutes_to, each);
  } else {
    minutes(minutes_from, days_from, each);
    spans(Grain::day, days_from, days_to, each);
    minutes(days_to, minutes_to, each);
  }
  instants(minutes_to, to, each);
}

void AttendanceRange::minutes(Time from, Time to, const EachRow& each) const {
  spans(Grain::minute, from, to, each);
}

void AttendanceRange::spans(Grain grain, Time from, Time to, const EachRow& each) const {
  if (from >= to) return;
  const std::string first = keys::span(grain, module_, from);
  state_.scan(keys::spans(grain, module_), first,
              [&](std::string_view key, std::string_view value) {
                const Time start = keys::time_of(key);
                if (start >= to) return false;
                each({start, keys::length(grain), decode_span(value)});
                return true;
              });
}

void AttendanceRange::instants(Time from, Time to, const EachRow& each) const {
  if (from >= to) return;
  const std::string first = keys::instant(module_, from);
  state_.scan(keys::instants(module_), first, [&](std::string_view key, std::string_view value) {
    const Time time = keys::time_of(key);
    if (time >= to) return false;
    SpanFlow span;
    span.flow = decode_flow(value);
    each({time, Duration(0), span});
    return true;
  });
}

AttendanceRange::Ends::const_iterator AttendanceRange::first_end(Time from) const {
  return std::lower_bound(ends_.begin(), ends_.end(), from,
                          [](const End& end, Time time) { return end.time < time; });
}

std::int64_t AttendanceRange::lapsed_before(Time time) const {
  return first_end(time) - ends_.begin();
}

Flow AttendanceRange::total(Time from, Time to) const {
  Flow sum;
  rows(from, to, [&](const Row& row) { sum += row.span.flow; });
  const auto end = first_end(to);
  for (auto it = first_end(from); it != end; ++it) sum += {.left = 1, .stayed = it->stayed};
  return sum;
}

std::int64_t AttendanceRange::written_before(Time time) const {
  std::int64_t count = 0;
  rows(kBeginning, time, [&](const Row& row) { count += row.span.flow.net(); });
  return count;
}

double AttendanceRange::user_time(Time from, Time to) const {
  // Whole numbers up to 2^64, which is exact for a million users over half a year.
  const auto product = [](std::int64_t users, Duration time) {
    return static_cast<long double>(users) * static_cast<long double>(time.count());
  };
  long double sum = product(count_before(from), to - from);
  rows(from, to, [&](const Row& row) {
    sum += static_cast<long double>(row.span.area);
    sum += product(row.span.flow.net(), to - (row.start + row.width));
  });
  // An instant has no area of its own: its flow counts from then on.
  const auto end = first_end(to);
  for (auto it = first_end(from); it != end; ++it) sum -= product(1, to - it->time);
  return static_cast<double>(sum);
}

}  // namespace syncline
