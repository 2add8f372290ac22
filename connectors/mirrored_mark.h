// How far another system has this log, for whoever promised to wait for that: the mirror moves the
// mark on, coroutines wait for it to reach a position. Any thread.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "schemas/types.h"

namespace syncline {

class MirroredMark {
 public:
  MirroredMark();
  ~MirroredMark();
  MirroredMark(const MirroredMark&) = delete;
  MirroredMark& operator=(const MirroredMark&) = delete;

  // Somebody moves it: before that, and after end(), nobody waits.
  void begin();
  void reach(Position position);
  void end();

  bool expected() const;  // begin() was called: somebody keeps it, or did
  bool has(Position position) const;
  // Returns when it has reached `position`, after `at_most`, or when it will not any more: whether
  // it has. The mark outlives the wait.
  boost::asio::awaitable<bool> wait_for(Position position, Duration at_most);

 private:
  struct Waiting;
  std::shared_ptr<Waiting> waiting_;
};

}  // namespace syncline
