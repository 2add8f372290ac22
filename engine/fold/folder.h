// Folds durable commits into the projections, on a thread of its own, in position order; then lets
// the commit's answers go. At start it brings every projection up to the head (`catch_up`),
// building new versions from position 1.
//
// Architecture invariant: an answer leaves only here, after its events are durable and folded, in
// the order of the commits.
//
// Failure: what cannot be folded closes the log for writing. Events that are durable by then are
// answered with log_closed, which says that they are in the log; the next start folds them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/fold/build.h"
#include "engine/fold/view_store.h"
#include "engine/log/acked_file.h"
#include "engine/log/log.h"
#include "engine/observer.h"
#include "engine/sequencer/submission.h"

namespace syncline {

// A commit that is durable, and the answers that rest on it.
struct DurableCommit {
  struct Answer {
    std::unique_ptr<Submission> submission;
    std::size_t first_event;  // of this commit; its other drafts that are no repeats follow
    std::chrono::steady_clock::time_point queued;
  };

  explicit DurableCommit(Log& log) : events(log) {}

  Log::Commit events;           // none: only answers
  Head head;                    // after it
  std::vector<Answer> answers;  // in the order they were asked
};

class Folder {
 public:
  Folder(Log& log, ViewStore& views, AckedFile* acked, Observer* observer,
         std::vector<std::unique_ptr<Projection>> projections);
  ~Folder();

  // Before start(): folds what the log has and the views have not. `progress` gets (done, of).
  Result<void> catch_up(const std::function<void(Position, Position)>& progress);
  void start();
  void stop();  // finishes what was handed in

  // In commit order. Blocks while limits::kUnfoldedCommits wait. Gives back one that it is done
  // with, whose memory serves again; nullptr: there is none yet.
  std::shared_ptr<DurableCommit> hand_in(std::shared_ptr<DurableCommit> commit);

  Position applied() const;
  // Called on the fold thread after each commit, with applied(). Returns a token for
  // remove_listener.
  int add_listener(std::function<void(Position)> listener);
  void remove_listener(int token);

  const Projection* projection(std::string_view name) const;
  std::vector<const Projection*> projections() const;
  std::unique_ptr<ViewSnapshot> view(std::string_view projection) const;
  // A view together with the commits that were handed in and are not in it, in order.
  struct Frozen {
    std::unique_ptr<ViewSnapshot> view;
    std::vector<std::shared_ptr<const DurableCommit>> unfolded;
  };
  Frozen freeze(std::string_view projection) const;

  // Builds the projection anew beside the one that serves, then switches. Blocks the caller's
  // thread. When `progress` ends it, with `stopping`, what served goes on serving.
  Result<void> rebuild(std::string_view projection, const FoldProgress& progress);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
