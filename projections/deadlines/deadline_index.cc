#include "projections/deadlines/deadline_index.h"

#include <algorithm>
#include <string>

#include "projections/big_endian.h"

namespace syncline {
namespace {

constexpr std::string_view kAdded = "a";
constexpr std::string_view kByTime(&kGrowsAtItsEnd, 1);

std::string added(Position position) {
  std::string key(kAdded);
  append_big_endian(key, position.value / kDeadlinePage);
  return key;
}

std::string by_time(Time deadline, std::string_view who = {}) {
  std::string key(kByTime);
  append_ordered_time(key, deadline);
  key += who;
  return key;
}

Time time_of(std::string_view key) { return read_ordered_time(key.substr(kByTime.size(), 8)); }

}  // namespace

void add_deadline(FoldState& state, Position position, Time deadline, std::string_view who,
                  std::string_view value) {
  state.put(by_time(deadline, who), value);
  // At most one write for most pages, as deadlines mostly rise.
  const std::string page = added(position);
  const auto earliest = state.get(page);
  if (earliest && read_ordered_time(*earliest) <= deadline) return;
  std::string bytes;
  append_ordered_time(bytes, deadline);
  state.put(page, bytes);
}

void remove_deadline(FoldState& state, Time deadline, std::string_view who) {
  state.erase(by_time(deadline, who));
}

void scan_deadlines(const ReadState& state, Time from, Time until, const EachDeadline& each) {
  state.scan(kByTime, by_time(from), [&](std::string_view key, std::string_view value) {
    const Time deadline = time_of(key);
    return deadline <= until && each(deadline, key.substr(kByTime.size() + 8), value);
  });
}

std::optional<Time> next_deadline(const ReadState& state, Time floor) {
  std::optional<Time> next;
  scan_deadlines(state, floor, Time::max(), [&](Time deadline, auto, auto) {
    next = deadline;
    return false;
  });
  return next;
}

std::optional<Time> earliest_added(const ReadState& state, Position behind) {
  std::optional<Time> earliest;
  state.scan(kAdded, added(behind.next()), [&](std::string_view, std::string_view value) {
    const Time time = read_ordered_time(value);
    earliest = earliest ? std::min(*earliest, time) : time;
    return true;
  });
  return earliest;
}

}  // namespace syncline
