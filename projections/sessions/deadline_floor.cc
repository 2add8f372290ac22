#include "projections/sessions/deadline_floor.h"

#include <algorithm>

#include "projections/big_endian.h"
#include "projections/sessions/session_keys.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace keys = session_keys;

Time DeadlineFloor::of(const ReadState& state, Position position) const {
  std::unique_lock lock(mutex_);
  const Position learned = learned_;
  Time floor = floor_;
  lock.unlock();
  // A state from before may hold what is gone since.
  if (position < learned || floor == Time::min()) return Time::min();
  state.scan(keys::kAdded, keys::added(learned.next()),
             [&](std::string_view, std::string_view earliest) {
               floor = std::min(floor, read_ordered_time(earliest));
               return true;
             });
  return floor;
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
