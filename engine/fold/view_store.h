// Where projections keep their state: RocksDB at <data>/views without a WAL, because the log can
// rebuild it. One column family, so that state and checkpoint reach the disk together. Each build of a
// projection has a *slot* (4 bytes in front of its keys); the directory says which slot serves.
// docs/log-format.md gives the keys. One writer per slot; readers on any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/fold/projection.h"

namespace rocksdb {
class Env;
}

namespace syncline {

using Slot = std::uint32_t;

// A consistent picture of one projection, as of position().
class ViewSnapshot : public ReadState {
 public:
  virtual Position position() const = 0;
};

class ViewStore {
 public:
  static Result<std::unique_ptr<ViewStore>> open(const std::string& path, rocksdb::Env* env,
                                                 bool read_only = false);
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

  Position checkpoint(Slot slot) const;
  std::unique_ptr<ViewSnapshot> snapshot(Slot slot) const;

  // Writes of one commit to one or more slots; state and checkpoint in the same batch.
  class Batch {
   public:
    explicit Batch(ViewStore& store);
    ~Batch();
    // The state of `slot` as this batch leaves it. Lives as long as the batch.
    FoldState& state(Slot slot);
    void checkpoint(Slot slot, Position position);

   private:
    friend class ViewStore;
    struct Writes;
    std::unique_ptr<Writes> writes_;
  };
  Result<void> write(Batch& batch);
  Result<void> flush();

  struct Store;

 private:
  explicit ViewStore(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

// A fold's state over any reader: writes stay in memory. For deciders and for tests.
class OverlayState final : public FoldState {
 public:
  explicit OverlayState(const ReadState& base) : base_(base) {}
  std::optional<std::string> get(std::string_view key) const override;
  void put(std::string_view key, std::string_view value) override;
  void erase(std::string_view key) override;

 private:
  const ReadState& base_;
  std::map<std::string, std::optional<std::string>, std::less<>> writes_;  // nullopt: erased
};

}  // namespace syncline
