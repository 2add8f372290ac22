#include "projections/deadlines/deadline_floor.h"

#include <algorithm>

#include "projections/deadlines/deadline_index.h"

namespace syncline {

Time DeadlineFloor::of(const ReadState& state, Position position) const {
  std::unique_lock lock(mutex_);
  const Position learned = learned_;
  const Time floor = floor_;
  lock.unlock();
  // A state from before may hold what is gone since.
  if (position < learned || floor == Time::min()) return Time::min();
  return std::min(floor, earliest_added(state, learned).value_or(floor));
}

std::optional<Time> DeadlineFloor::raise(const ReadState& state, Position position) {
  const auto next = next_deadline(state, of(state, position));
  const std::lock_guard lock(mutex_);
  if (position < learned_) return next;
  learned_ = position;
  floor_ = next.value_or(Time::max());
  return next;
}

}  // namespace syncline
