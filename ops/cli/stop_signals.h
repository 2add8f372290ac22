// SIGTERM and SIGINT, taken by a thread of their own so that nothing runs in a signal handler. Made
// before any other thread, so that all inherit the mask. Until ready() a signal ends the process at
// once (nothing was acknowledged that a restart would not find); after it the first one is told,
// and a second one ends the process.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace syncline {

class StopSignals {
 public:
  explicit StopSignals(bool ready = false);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  void ready() { ready_ = true; }
  int wait() const { return first_.get(); }  // which one it was
  // Did one come, or does one within `patience`?
  bool told(std::chrono::nanoseconds patience = {}) const {
    return first_.wait_for(patience) == std::future_status::ready;
  }

 private:
  void watch();

  std::atomic<bool> ready_;
  std::atomic<bool> closing_ = false;
  std::promise<int> signal_;
  const std::shared_future<int> first_ = signal_.get_future();
  std::thread thread_;
};

}  // namespace syncline
