// One process at a time works in a folder: the lock on its file LOCK, as RocksDB takes it on a log.
// Beware: a process loses it when it opens and closes that file by another way (fcntl(2)).
#pragma once

#include <string>

#include "engine/log/rocks.h"

namespace syncline {

class FolderLock {
 public:
  explicit FolderLock(rocksdb::Env* env) : env_(env) {}
  ~FolderLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // `locked`: another one has it, and is named; io.
  Result<void> take(const std::string& folder) {
    const auto status = env_->LockFile(folder + "/LOCK", &lock_);
    if (!status.ok()) return open_error(status, folder);
    return {};
  }

 private:
  rocksdb::Env* const env_;
  rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace syncline
