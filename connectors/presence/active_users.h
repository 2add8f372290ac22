// How many users are present at this instant, in all modules: what each beat is answered with. The
// count is read once for each state of the view, and holds until somebody's deadline may come.
// Any thread.
#pragma once

#include <mutex>

#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

class ActiveUsers {
 public:
  ActiveUsers(const Engine& engine, const DeadlineFloor& floor) : engine_(engine), floor_(floor) {}

  struct Count {
    std::uint64_t users = 0;
    Time time = Time::min();
    Position position{0};  // of the state that was counted in; at least what was applied before
  };
  Count now();

 private:
  const Engine& engine_;  // which outlives it
  const DeadlineFloor& floor_;
  std::mutex mutex_;
  Count last_;                // guarded by mutex_
  Time until_ = Time::min();  // guarded by mutex_; no deadline of that state is before it
};

}  // namespace syncline
