// Coroutines that somebody waits for: each spawn is counted until it has ended, so that a shutdown
// knows when nothing of it runs any more. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

namespace syncline {

class TaskGroup {
 public:
  // An exception that leaves the task ends that task alone.
  template <class Executor>
  void spawn(const Executor& executor, boost::asio::awaitable<void> task) {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    boost::asio::co_spawn(executor, std::move(task), [this](std::exception_ptr) {
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) empty_.notify_all();
    });
  }

  // Blocks; false: some still run at the deadline.
  bool wait_until_empty(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, at_most, [this] { return running_ == 0; });
  }
  void wait_until_empty() {
    std::unique_lock lock(mutex_);
    empty_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t running_ = 0;
};

}  // namespace syncline
