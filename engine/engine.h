// The engine as everything else sees it: submit drafts, read events, read views, be woken. It opens
// the data folder, checks it against what was acknowledged, brings the views up to the head, and
// owns the sequencer's and the folder's threads. Any thread may call it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/error.h"
#include "engine/fold/folder.h"
#include "engine/log/free_space.h"
#include "engine/log/log.h"
#include "engine/observer.h"
#include "engine/opening.h"
#include "engine/past/past.h"
#include "engine/rng.h"
#include "engine/sequencer/submission.h"

namespace syncline {

struct EngineOptions {
  std::string data{};  // the folder; made when missing
  OriginId node{};
  Clock* clock = nullptr;
  Rng* rng = nullptr;
  Observer* observer = nullptr;
  rocksdb::Env* env = nullptr;
  bool sync = true;
  std::optional<AcceptedLoss> accept_loss{};
  std::uint64_t reserve = 0;  // bytes of the disk that stay free; below, appends are disk_full
  int log_files = -1;         // that RocksDB keeps open to read from, at most; -1: all
  int view_files = -1;
  std::uint64_t past_events = 0;  // see PastOptions
  int past_files = -1;
  std::function<void(Position done, Position of)> progress = {};  // of the catch-up at start
};

class Engine {
 public:
  // Errors: acked_ahead, corrupt, locked, newer_format, io; each names what to do.
  static Result<std::unique_ptr<Engine>> open(EngineOptions options,
                                              std::vector<std::unique_ptr<Projection>> projections);
  ~Engine();  // stop()

  // See Sequencer::submit.
  void submit(std::unique_ptr<Submission> submission);
  void submit(std::vector<std::unique_ptr<Submission>> submissions);
  // For what the node itself must write at its start, for tools and tests: submits and waits. May
  // use the disk's reserve.
  Result<std::vector<Receipt>> append(std::vector<Draft> drafts);

  Position applied() const;  // everything up to here is durable and in every view
  const Log& log() const;
  Folder& folder();
  std::unique_ptr<ViewSnapshot> view(std::string_view projection) const;
  const Past& past() const;  // views as they were
  std::size_t queued() const;
  const FreeSpace& free_space() const;
  OriginId node() const;
  std::string source() const;  // of the events that this node makes itself: "/syncline/<node>"
  Clock& clock() const;
  Rng& rng() const;

  void stop();  // finishes what is queued, flushes, closes

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  Result<void> begin_incarnation();
  std::unique_ptr<State> state_;
};

}  // namespace syncline
