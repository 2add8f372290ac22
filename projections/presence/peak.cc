#include "projections/presence/peak.h"

#include <queue>
#include <tuple>

namespace syncline {
namespace {

using Row = AttendanceRange::Row;
constexpr Duration kInstant(1);

// Where the peak may lie: not above `bound` in a span, exactly `bound` at an instant (no width).
struct Candidate {
  std::int64_t bound;
  Time start;
  Duration width;
  std::int64_t before;  // just before it, as written

  // The higher comes first; of those as high the earlier; of those as early what is exact.
  bool operator<(const Candidate& other) const {
    return std::tie(bound, other.start, other.width) < std::tie(other.bound, start, width);
  }
};

class PeakSearch {
 public:
  explicit PeakSearch(const AttendanceRange& attendance) : attendance_(attendance) {}

  PresencePoint find(Time from, Time to) {
    std::int64_t count = attendance_.written_before(from);
    // Those who were there already are the most until somebody enters.
    std::int64_t at_from = count;
    Row first{from, Duration(0), {}};
    attendance_.instants(from, from + kInstant, [&](const Row& row) { first = row; });
    push(first, at_from);
    attendance_.rows(from, to, [&](const Row& row) { push(row, count); });
    while (candidates_.top().width > Duration(0)) {
      const Candidate candidate = candidates_.top();
      candidates_.pop();
      look_into(candidate);
    }
    const Candidate& peak = candidates_.top();
    return {peak.start, static_cast<std::uint64_t>(peak.bound)};
  }

 private:
  // Ends that are not written only take away, so that the peak lies where somebody enters.
  void push(const Row& row, std::int64_t& count) {
    const bool instant = row.width == Duration(0);
    const std::int64_t rise =
        instant ? row.span.flow.net() : static_cast<std::int64_t>(row.span.top);
    const Time lapsed = instant ? row.start + kInstant : row.start;
    candidates_.push({.bound = count + rise - attendance_.lapsed_before(lapsed),
                      .start = row.start,
                      .width = row.width,
                      .before = count});
    count += row.span.flow.net();
  }

  void look_into(const Candidate& candidate) {
    std::int64_t count = candidate.before;
    const auto take = [&](const Row& row) { push(row, count); };
    const Time end = candidate.start + candidate.width;
    if (candidate.width == presence_keys::length(presence_keys::Grain::day)) {
      attendance_.minutes(candidate.start, end, take);
    } else {
      attendance_.instants(candidate.start, end, take);
    }
  }

  const AttendanceRange& attendance_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace

PresencePoint peak_of(const AttendanceRange& attendance, Time from, Time to) {
  return PeakSearch(attendance).find(from, to);
}

}  // namespace syncline
