// Writes an expiry event when a deadline of a view has come: one thread for all connectors, which
// sleeps until the next deadline there is. Readers do not depend on it (they are exact at the
// instant); it puts into the log what time has done, so that whoever follows the log hears of it.
//
// When it is late, or writes one twice after a restart, nothing is wrong: the event names the beat
// and the deadline, and the fold ignores what no longer holds. Decisions rest on the engine's
// clock; a real wait only bounds how long a change of it, or an earlier deadline, goes unnoticed.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/connector.h"
#include "engine/engine.h"

namespace syncline {

// The deadlines of one projection. Called on the timer's thread.
struct ExpirySource {
  std::string view;
  // An expiry for each of the first `limit` deadlines that have come, the earliest first.
  std::function<std::vector<Draft>(const ViewSnapshot&, Time now, std::size_t limit)> due;
  std::function<std::optional<Time>(const ViewSnapshot&)> next;  // nullopt: there is no deadline
};

class ExpiryTimer final : public Connector {
 public:
  explicit ExpiryTimer(Engine& engine) : engine_(engine) {}  // which outlives it
  ~ExpiryTimer() override { stop(); }
  ExpiryTimer(const ExpiryTimer&) = delete;
  ExpiryTimer& operator=(const ExpiryTimer&) = delete;

  void add(ExpirySource source) { sources_.push_back(std::move(source)); }  // before start()
  void start();
  void stop() override;  // waits for the piece in flight; may be called again

 private:
  void run();
  // Appends what is due. False: some of it was refused.
  bool expire_due(const ExpirySource& source);
  bool append(std::vector<Draft> piece);
  std::chrono::nanoseconds until_next();
  bool stopping();

  Engine& engine_;
  std::vector<ExpirySource> sources_;  // constant from start() on
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace syncline
