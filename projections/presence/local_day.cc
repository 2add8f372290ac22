#include "projections/presence/local_day.h"

#include <algorithm>

namespace syncline {
namespace {

using std::chrono::days;

// The offsets as pieces of time that reach from the first instant to the last.
struct Pieces {
  std::span<const ZoneOffset> offsets;

  std::size_t of(Time instant) const {
    const auto behind = std::upper_bound(offsets.begin(), offsets.end(), instant,
                                         [](Time t, const ZoneOffset& o) { return t < o.from; });
    return behind == offsets.begin() ? 0 : static_cast<std::size_t>(behind - offsets.begin()) - 1;
  }
  bool last(std::size_t i) const { return i + 1 >= offsets.size(); }
  std::chrono::seconds east(std::size_t i) const {
    return offsets.empty() ? std::chrono::seconds(0) : offsets[i].east;
  }
  // Days since 1970 on the calendar that hangs on the wall.
  auto date(std::size_t i, Time instant) const {
    return std::chrono::floor<days>(instant + east(i));
  }
};

}  // namespace

LocalDay local_day(std::span<const ZoneOffset> offsets, Time instant) {
  const Pieces pieces{offsets};
  const std::size_t at = pieces.of(instant);
  const auto date = pieces.date(at, instant);

  std::size_t i = at;
  Time from = date - pieces.east(i);
  while (i > 0 && from <= offsets[i].from) {
    const Time change = offsets[i].from;
    if (pieces.date(i - 1, change - Duration(1)) != date) {
      from = change;
      break;
    }
    --i;
    from = date - pieces.east(i);
  }
  i = at;
  Time to = date + days(1) - pieces.east(i);
  while (!pieces.last(i) && to >= offsets[i + 1].from) {
    const Time change = offsets[i + 1].from;
    if (pieces.date(i + 1, change) != date) {
      to = change;
      break;
    }
    ++i;
    to = date + days(1) - pieces.east(i);
  }
  return {from, to};
}

}  // namespace syncline
