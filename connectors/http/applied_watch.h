// Lets coroutines wait until the engine has folded beyond a position. It listens to the folder
// once, for everybody: on the fold thread it only posts to those whose position has come, each on
// its own executor. Any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/engine.h"

namespace syncline {

class AppliedWatch {
 public:
  explicit AppliedWatch(Engine& engine);
  ~AppliedWatch();  // nobody waits any more
  AppliedWatch(const AppliedWatch&) = delete;
  AppliedWatch& operator=(const AppliedWatch&) = delete;

  // Where one coroutine waits, again and again. Used on its executor alone.
  class Place {
   public:
    explicit Place(const boost::asio::any_io_executor& executor);
    void wake();  // makes a wait under way look at `over` again

   private:
    friend class AppliedWatch;
    // Shared with posted wakes, which may come when the wait is long over.
    std::shared_ptr<boost::asio::steady_timer> timer_;
    Position beyond_;
  };

  // Returns when applied() > beyond, after `at_most`, when over() says so, or when all are let go.
  // `place` and what over() refers to outlive the wait.
  boost::asio::awaitable<void> wait_beyond(Place& place, Position beyond, Duration at_most,
                                           std::function<bool()> over) const;

  // Ends every wait, those to come included: the server is going.
  void let_all_go();
  bool lets_all_go() const { return let_all_go_; }

 private:
  struct Waiting;
  Engine& engine_;
  std::shared_ptr<Waiting> waiting_;
  int token_;
  std::atomic<bool> let_all_go_ = false;
};

}  // namespace syncline
