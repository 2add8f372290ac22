// The Kafka mirror: one thread that follows the log by a cursor and brings this node's events to
// the topics, each once, in order (README.md). It starts and stops with the server; appends never
// wait for it, and while Kafka is away nothing is held but the cursor.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "connectors/connector.h"
#include "connectors/json/writer.h"
#include "connectors/mirror/mirror_work.h"
#include "connectors/mirrored_mark.h"

namespace syncline {

struct MirrorStanding {
  MirrorState state = MirrorState::connecting;
  std::string why;                  // it is not sending; "": it is, or nothing is wrong
  Position position;                // everything up to here is in Kafka
  std::uint64_t lag = 0;            // events that are not
  std::chrono::milliseconds age{};  // of the oldest of them
};

// {state, position, lag, lag_seconds, why}; without a mirror {state: "off"}.
void write_mirror_standing(const std::optional<MirrorStanding>& standing, JsonWriter& out);

class Mirror final : public Connector {
 public:
  // All of them outlive it.
  Mirror(Engine& engine, const PayloadMappings& mappings, MirrorOptions options,
         MakeMirrorKafka make, MirrorObserver& observer, MirroredMark& mark);
  ~Mirror() override;
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;

  void start();
  // Waits until it is known whether Kafka and the log agree, at most so long. The error: why they
  // do not, and what to do (`refused`); not knowing is none.
  Result<void> agreed(std::chrono::milliseconds at_most);
  void stop() override;  // commits or gives up what is under way; may be called again

  MirrorStanding standing() const;  // any thread; reads one event

 private:
  void run();
  // What the state asks for before its step; false: the mirror is to stop.
  bool wait_before(MirrorState state);
  void enter(MirrorState state, const std::string& why);

  Engine& engine_;
  const MirrorOptions options_;
  MirrorObserver& observer_;
  MirroredMark& mark_;
  std::atomic<bool> stopping_ = false;
  MirrorWork work_;  // the thread's

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;      // events, the state, the end
  MirrorState state_ = MirrorState::connecting;  // guarded by mutex_, as are those below
  std::string why_;
  Position cursor_;

  int attempts_ = 0;  // since it was last sending; the thread's
  std::chrono::steady_clock::time_point last_transaction_{};
  int listener_ = 0;
  std::thread thread_;
};

}  // namespace syncline
