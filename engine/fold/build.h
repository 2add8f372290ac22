// Folds what the log holds into one or more views, each in a slot of its own and from where its
// checkpoint stands, in one pass over the log for all of them. At start, and when a view is built
// anew beside the one that serves. One thread at a time; it may read the log beside its writer.
//
// State and checkpoint reach the disk together whenever RocksDB's memtable is full, so a build that
// is cut off goes on from there.
#pragma once

#include <functional>
#include <vector>

#include "engine/fold/view_store.h"
#include "engine/limits.h"

namespace syncline {

// Called now and then, with the bytes of frames since the last time; false ends the build.
using FoldProgress = std::function<bool(Position done, Position of, std::size_t bytes)>;

class Build {
 public:
  struct Part {
    const Projection* projection;
    Slot slot;
  };
  // All of them outlive it. A view takes so many events at once: the more, the closer together
  // their keys lie.
  Build(const Log& log, ViewStore& views, const std::vector<Part>& parts,
        std::size_t events_at_once = limits::kBuildEvents);

  Position done() const;  // every part is at least as far
  // `stopping` when `progress` ends it.
  Result<void> fold_to(Position to, const FoldProgress& progress);

 private:
  struct Standing {
    const Projection* projection;
    Slot slot;
    Position folded;
  };
  class Pieces;

  const Log& log_;
  ViewStore& views_;
  std::vector<Standing> parts_;
  const std::size_t events_at_once_;
};

}  // namespace syncline
