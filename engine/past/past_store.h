// Where the past of projections lies: RocksDB at <data>/past without a WAL, because the log can
// build it again. Each projection and version has a column family, in which a key has one value for
// each *boundary* (a position) that changed it: RocksDB's user-defined timestamps, the timestamp
// being the boundary. docs/log-format.md gives the keys. One writer; readers on any thread.
//
// Failure: a read that fails throws ErrorThrown, as that of a view does. After a failed write or
// flush every later one fails too, and what was written before can be read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/fold/overlay_state.h"
#include "engine/fold/projection.h"
#include "engine/log/log.h"

namespace syncline {

struct PastStoreOptions {
  std::string path{};  // <data>/past
  rocksdb::Env* env = nullptr;
  bool read_only = false;  // beside the server that writes it
  int open_files = -1;     // as LogOptions has it
  Observer* observer = nullptr;
  std::vector<const Projection*> projections{};  // outlive it; those without a past are left out
};

class PastStore {
 public:
  // Families of other projections and of other versions are dropped, unless it only reads.
  static Result<std::unique_ptr<PastStore>> open(PastStoreOptions options);
  // All of it, so that it can be opened anew. It is not open.
  static Result<void> destroy(const PastStoreOptions& options);
  ~PastStore();

  // The last boundary at or before `position`; position 0: none.
  Head boundary(const Projection& projection, Position position) const;
  // As it was at a boundary. Keeps nothing from being written, and is outlived by the store.
  std::unique_ptr<ReadState> state(const Projection& projection, Position boundary) const;

  // What changed since the boundary before, in one piece with the new one.
  Result<void> write(const Projection& projection, const OverlayState::Writes& changes,
                     const Head& boundary);
  // What is kept of the projection was folded from another log.
  Result<void> forget(const Projection& projection);
  Result<void> flush();

 private:
  struct Store;
  explicit PastStore(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace syncline
