// What the engine tells whoever measures it. Called on the engine's threads: implementations are
// thread-safe, quick, and never call back.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/error.h"

namespace syncline {

class Observer {
 public:
  virtual ~Observer() = default;
  // A commit is durable: how many events and bytes, and how long its write with fsync took.
  virtual void committed(std::size_t /*events*/, std::size_t /*bytes*/,
                         std::chrono::nanoseconds /*write*/) {}
  // One submission was answered, this long after it was queued.
  virtual void answered(std::chrono::nanoseconds /*since_queued*/) {}
  // Once: nothing more is written until a restart.
  virtual void log_closed(const Error& /*why*/) {}
  // The reserve of the disk is met, and appends are refused until there is room again. On the way
  // in and on the way out, not at each append.
  virtual void disk_full(const Error& /*why*/) {}
  virtual void disk_has_room() {}
  // An event, an index or a view could not be read; the message names position and file.
  virtual void read_failed(const Error& /*why*/) {}
  // At start: the log ended with a record that was never whole, so never acknowledged; it is gone.
  virtual void torn_tail(std::uint64_t /*bytes*/) {}
  // At start: what is not as it should be and stops nothing, as a sentence.
  virtual void noticed(const std::string& /*what*/) {}
};

}  // namespace syncline
