// Writes session.expired when a session's deadline has come: a thread that sleeps until the next
// deadline in the view. Readers do not depend on it (they are exact at the instant); it puts into
// the log what time has done, so that whoever follows the log hears of it.
//
// When it is late, or writes one twice after a restart, nothing is wrong: the event names the sync
// and the deadline, and the fold ignores what no longer holds. Decisions rest on the engine's
// clock; a real wait only bounds how long a change of it, or an earlier deadline, goes unnoticed.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

class ExpiryTimer {
 public:
  ExpiryTimer(Engine& engine, DeadlineFloor& floor);  // starts it; both outlive it
  ~ExpiryTimer();                                     // stop()
  ExpiryTimer(const ExpiryTimer&) = delete;
  ExpiryTimer& operator=(const ExpiryTimer&) = delete;

  void stop();  // waits for what is in flight; may be called again

 private:
  void run();
  // Appends an expiry for each session that is due, at most a batch. False: some were refused.
  bool expire_due();
  std::chrono::nanoseconds until_next();

  Engine& engine_;
  DeadlineFloor& floor_;
  const std::string source_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace syncline
