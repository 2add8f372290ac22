// RocksDB under the log: the handles, and what is known of the log's end. Included by the .cc files
// that implement Log alone: store.cc opens it, commit.cc puts a commit together, log.cc does the
// rest.
#pragma once

#include <mutex>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include "engine/log/layout.h"
#include "engine/log/log.h"
#include "engine/log/rocks.h"
#include "engine/log/wal_order.h"
#include "engine/log/wal_room.h"

namespace syncline {

struct Log::Store {
  LogOptions options;
  std::uint64_t replayed = 0;  // records of WALs
  std::unique_ptr<rocksdb::WalFilter> wals;
  std::unique_ptr<rocksdb::Env> env;  // of the database
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::string identity;
  std::string node;
  std::optional<IncarnationNote> noted;

  mutable std::mutex mutex;  // guards the rest
  Head head;
  std::optional<RecordHeader> last;

  ~Store() { close(); }

  void close() {
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    handles.clear();
    if (db) db->Close();
    db.reset();
  }

  Result<void> open();
  Result<void> open_whole();
  rocksdb::Status open_files();
  Result<void> check_families() const;
  Result<void> make();
  Result<void> check_format();
  Result<void> read_node();
  Result<void> read_note();
  Result<void> find_head();
  Error failed(const rocksdb::Status& status, std::string_view doing) const {
    return rocks_error(status, doing, options.path);
  }
  // Of a read: told to who watches the disk. `event`: of which one, if of one.
  Error unread(Error error, std::optional<Position> event = {}) const {
    error.event = event;
    return options.trouble->read_failed(std::move(error));
  }
  Error unread_event(const rocksdb::Status& status, Position event) const {
    return unread(failed(status, "reading event " + std::to_string(event.value) + " of"), event);
  }
  Error damaged_event(Position event, const char* fault) const {
    return unread({ErrorCode::corrupt, "event " + std::to_string(event.value) + " of " +
                                           options.path + " is damaged (" + fault + ")"},
                  event);
  }
  Error damaged(const std::string& what) const {
    return {ErrorCode::corrupt,
            options.path + " is damaged: " + what + " is not as long as it was written"};
  }
};

struct Log::Commit::Batch {
  struct Place {
    std::size_t begin, size;
  };
  explicit Batch(const std::vector<rocksdb::ColumnFamilyHandle*>& h) : handles(h) {}

  const std::vector<rocksdb::ColumnFamilyHandle*>& handles;
  rocksdb::WriteBatch writes;
  std::vector<Place> frames;  // in the batch's own bytes
  std::size_t bytes = 0;      // of the frames
  std::size_t saved_frames = 0, saved_bytes = 0;

  std::string_view frame(const Place& place) const {
    return std::string_view(writes.Data()).substr(place.begin, place.size);
  }
};

}  // namespace syncline
