// Where projections keep their state: RocksDB at <data>/views without a WAL, because the log can
// rebuild it. One column family, so that state and checkpoint reach the disk together. Each build
// of a projection has a *slot* (4 bytes in front of its keys); the directory says which slot
// serves. docs/log-format.md gives the keys. One writer per slot; readers on any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/fold/projection.h"
#include "engine/log/disk_trouble.h"
#include "engine/log/log.h"

namespace syncline {

using Slot = std::uint32_t;

// A consistent picture of one projection, as of position().
class ViewSnapshot : public ReadState {
 public:
  virtual Position position() const = 0;
};

class ViewStore {
 public:
  // `trouble` hears of what fails later by itself (a flush, a compaction) and of failed reads,
  // which throw ErrorThrown; nullptr: nobody does. `open_files`: as LogOptions has it.
  static Result<std::unique_ptr<ViewStore>> open(const std::string& path, rocksdb::Env* env,
                                                 bool read_only = false,
                                                 std::shared_ptr<DiskTrouble> trouble = nullptr,
                                                 int open_files = -1);
  ~ViewStore();

  struct Serving {
    std::uint32_t version = 0;
    Slot slot = 0;
  };
  std::optional<Serving> serving(std::string_view projection) const;
  // A slot nobody has used, for a build from position 1.
  Slot new_slot();
  // Makes `slot` the one that serves, and drops what served before, in one write.
  Result<void> serve(std::string_view projection, Serving serving);
  void drop(Slot slot);
  // Drops the slots that nothing serves from: builds that a crash ended. While nothing is built.
  void drop_abandoned();

  // The event up to which the slot is folded, with its hash: a log that has another event there is
  // not the log this was folded from.
  Head checkpoint(Slot slot) const;
  std::unique_ptr<ViewSnapshot> snapshot(Slot slot) const;

  // Writes of one commit to one or more slots; state and checkpoint in the same batch.
  class Batch {
   public:
    // `before`: one that is being written on another thread; this one reads as if it were written.
    explicit Batch(ViewStore& store, const Batch* before = nullptr);
    ~Batch();
    // The state of `slot` as this batch leaves it. Lives as long as the batch.
    FoldState& state(Slot slot);
    void checkpoint(Slot slot, const Head& head);

   private:
    friend class ViewStore;
    struct Writes;
    std::unique_ptr<Writes> writes_;
  };
  Result<void> write(Batch& batch);
  // What was written is on disk: when this returns; soon, while writing goes on.
  Result<void> flush();
  Result<void> begin_flush();

  struct Store;

 private:
  explicit ViewStore(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace syncline
