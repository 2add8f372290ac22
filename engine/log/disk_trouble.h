// What the disk of a data folder has refused, whichever part met it: the log, the views, log.acked.
// The first write, sync or flush that fails closes the log for writing for the life of the process;
// nothing is tried again, because after a failed sync nobody knows what is on disk. A read that
// fails is told, and the server goes on. Shared by these parts; any thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "engine/error.h"
#include "engine/observer.h"

namespace rocksdb {
class EventListener;
}

namespace syncline {

class DiskTrouble {
 public:
  // `observer` hears of the closing, once, and of each failed read; nullptr: nobody does.
  explicit DiskTrouble(Observer* observer) : observer_(observer) {}

  // Closes; the first cause stays the reason. Gives the reason: log_closed.
  Error write_failed(const Error& cause);
  // Gives the error back.
  Error read_failed(Error error);
  std::optional<Error> closed() const;

  // Brings in what a RocksDB at `path` fails at by itself: a flush, a compaction. The database
  // holds on to `trouble`, and is kept from carrying on by itself when there is room again.
  static std::shared_ptr<rocksdb::EventListener> listener(std::shared_ptr<DiskTrouble> trouble,
                                                          std::string path);

 private:
  Observer* const observer_;
  mutable std::mutex mutex_;
  std::optional<Error> closed_;  // guarded by mutex_
};

}  // namespace syncline
