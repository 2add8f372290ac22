// Who was there then: counts, peak, length of stays and shares of time in a range of the past,
// exact to the microsecond. Who lapsed left at the deadline, written or not. Any thread; as
// presence_view.h.
//
// Cost: a row for each day before the range and for each minute in it, per point a few reads, and
// the single instants of the minutes where the range, a point or the peak lies.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/fold/projection.h"

namespace syncline {

struct HistoryRange {
  Time from, to;  // [from, to), from < to; what lies after `now` is cut off
  Duration step;  // > 0; who asks bounds how many fit
};

struct PresencePoint {
  Time time;
  std::uint64_t active_now = 0;

  bool operator==(const PresencePoint&) const = default;
};

struct PresenceHistory {
  std::vector<PresencePoint> points;  // at from, from + step, …, before `to`
  PresencePoint peak;                 // the most at once, and the first instant of it
  // Of the stays in the module that ended in the range, each in its full length; of all modules:
  // from coming to going, which a move does not end. 0: none ended.
  double average_session_seconds = 0;
  // By configured module id: its share of the time that users spent in these modules, in the range.
  // Adds up to 1, or is 0 when nobody was there. Of all modules, whichever was asked for.
  std::vector<std::pair<std::string, double>> distribution;
};

// `module`: its id; "": all together.
PresenceHistory presence_history(const ReadState& state, Time now, std::string_view module,
                                 const HistoryRange& range, Time floor = Time::min());

}  // namespace syncline
