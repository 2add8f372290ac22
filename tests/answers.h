// Collects what a test's submissions are answered, on whatever thread that happens, and waits until
// all have been, with a deadline.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "engine/sequencer/submission.h"

namespace syncline {

class Answers {
 public:
  // Submissions get their place in the order they are expected.
  void expect(Submission& submission) {
    std::lock_guard lock(mutex_);
    const std::size_t place = answered_.size();
    answered_.emplace_back();
    submission.done = [this, place](std::unique_ptr<Submission> back) {
      std::lock_guard inner(mutex_);
      EXPECT_EQ(answered_[place], nullptr) << "answered twice";
      answered_[place] = std::move(back);
      ++count_;
      changed_.notify_all();
    };
  }

  // False: the deadline passed first.
  bool wait(std::chrono::seconds deadline = std::chrono::seconds(120)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, deadline, [this] { return count_ == answered_.size(); });
  }

  // After wait().
  std::size_t size() const { return answered_.size(); }
  const Submission& operator[](std::size_t place) const { return *answered_[place]; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Submission>> answered_;
  std::size_t count_ = 0;
};

}  // namespace syncline
