// The one thread that decides the order of everything. It takes all that is queued, checks
// duplicates and preconditions, asks deciders, stamps, chains, writes one commit with its fsync,
// and hands it to the folder; answers travel behind the events they rest on, so none is early.
//
// submit() may be called from any thread. The rest belongs to the engine that owns it.
#pragma once

#include <memory>
#include <span>

#include "engine/clock.h"
#include "engine/error.h"
#include "engine/log/log.h"
#include "engine/observer.h"
#include "engine/sequencer/submission.h"

namespace syncline {

class Folder;
class FreeSpace;

struct SequencerOptions {
  OriginId node;
  Clock* clock = nullptr;
  Observer* observer = nullptr;
  const FreeSpace* free_space = nullptr;  // nullptr: nobody looks
};

class Sequencer {
 public:
  Sequencer(SequencerOptions options, Log& log, Folder& folder);
  ~Sequencer();  // stop()

  // Queues them in this order, all or none. Refused (queue_full, log_closed, stopping): each one's
  // done() is called before this returns.
  void submit(std::vector<std::unique_ptr<Submission>> submissions);

  std::size_t queued() const;
  void stop();  // takes no more, finishes what is queued

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
