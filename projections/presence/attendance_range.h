// A range of a module's attendance, read in as few rows as it can be: whole days, whole minutes,
// and single instants where it begins and ends. Who has lapsed without an event that says so leaves
// at the deadline here too. Inside of presence_history.h. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "projections/presence/attendance.h"

namespace syncline {

// A stay that ended at its deadline, though that is not written yet.
struct Lapse {
  Time deadline;
  std::string module;
  Duration stayed;   // in the module
  Duration present;  // in all of them
};
// Those whose deadline lies before `to`, the earliest first.
std::vector<Lapse> lapses_before(const ReadState& state, Time to, Time floor);

class AttendanceRange {
 public:
  // `module`: "" is all. The state outlives it.
  AttendanceRange(const ReadState& state, std::string_view module,
                  const std::vector<Lapse>& lapses);

  // As written; in order of time. An instant has no width, and its flow alone.
  struct Row {
    Time start;
    Duration width;
    SpanFlow span;
  };
  using EachRow = std::function<void(const Row&)>;
  void rows(Time from, Time to, const EachRow& each) const;
  void minutes(Time from, Time to, const EachRow& each) const;  // both on the minute
  void instants(Time from, Time to, const EachRow& each) const;

  // How many ends before that time are not written.
  std::int64_t lapsed_before(Time time) const;
  // Who entered and left in [from, to).
  Flow total(Time from, Time to) const;
  // How many were there just before that time; as written, and in truth.
  std::int64_t written_before(Time time) const;
  std::int64_t count_before(Time time) const { return written_before(time) - lapsed_before(time); }
  // How long all users together were there in [from, to), in µs.
  double user_time(Time from, Time to) const;

 private:
  struct End {
    Time time;
    Duration stayed;
  };
  using Ends = std::vector<End>;
  Ends::const_iterator first_end(Time from) const;
  void spans(presence_keys::Grain grain, Time from, Time to, const EachRow& each) const;

  const ReadState& state_;
  const std::string module_;
  Ends ends_;  // not written; by time
};

}  // namespace syncline
