// Where the deadlines of a projection begin, so that nobody who looks for the first ones
// walks over those that were there before: every sync and beat erases a deadline, and to RocksDB an
// erased key is one more to pass until a compaction drops it.
//
// What it knows is of one position: no deadline of that state was before its floor. Behind it,
// deadlines come and go; the earliest that came is in the state (deadline_index.h, `a`), by pages
// of positions. So a floor holds for any state of the same log from that position on, however it
// was built, and is lost with the process: the first raise() passes everything. Any thread.
#pragma once

#include <mutex>
#include <optional>

#include "engine/fold/projection.h"

namespace syncline {

class DeadlineFloor {
 public:
  // No deadline in this state, which is as of `position`, is before it. Time::min(): not known.
  Time of(const ReadState& state, Position position) const;
  // The earliest deadline of this state, which the floor rises to.
  std::optional<Time> raise(const ReadState& state, Position position);

 private:
  mutable std::mutex mutex_;
  Position learned_{0};       // guarded by mutex_
  Time floor_ = Time::min();  // guarded by mutex_; of the state at learned_
};

}  // namespace syncline
