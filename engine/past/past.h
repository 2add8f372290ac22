// The past of the views: what they were like at any earlier position, for a bounded price however
// long the log is. A thread of its own follows the folder: whenever `events` more of them are
// folded, it folds these events into the past store, from the log and by the same projections, so
// that it holds a *boundary* there. A view at a position is the boundary before it and the fold of
// what came since (past_view.h).
//
// It runs behind everything else: with the lowest priority, only while the disk has more room than
// its reserve, and what it has not built yet is past_behind. Nothing waits for it.
//
// Failure: what cannot be written ends the building until a restart, and is told to the observer;
// the log goes on, and what was built before can be read. What cannot be opened is removed and
// built anew.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/fold/folder.h"
#include "engine/log/free_space.h"
#include "engine/past/past_view.h"

namespace syncline {

struct PastOptions {
  std::string path{};        // <data>/past
  std::uint64_t events = 0;  // from one boundary to the next; 0: no past is kept
  rocksdb::Env* env = nullptr;
  int open_files = -1;
  Observer* observer = nullptr;
};

class Past {
 public:
  // All of them outlive it. The folder has caught up.
  Past(PastOptions options, const Log& log, Folder& folder, const FreeSpace& free_space);
  ~Past();  // stop()
  void start();
  void stop();  // within some milliseconds; what is not whole is built again after the next start

  // Any thread. Errors: not_found (there is no such view), refused (it has no past, or none is
  // kept), past_behind, and what ended the building at once.
  Result<std::unique_ptr<PastView>> view(std::string_view projection, Position position) const;

  // How many events of the log are in no boundary yet; up to `events` is as it should be. nullopt:
  // the projection has no past.
  std::optional<std::uint64_t> lag(std::string_view projection) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
