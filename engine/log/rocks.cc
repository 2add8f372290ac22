#include "engine/log/rocks.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

namespace syncline {
namespace {

// The process whose fcntl lock is on RocksDB's LOCK file; 0: none is known.
pid_t lock_holder(const std::string& path) {
  const int fd = ::open((path + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return 0;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool known = ::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(fd);
  return known ? lock.l_pid : 0;
}

class NoJournal final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};
Error in_use(const std::string& path, const std::string& holder) {
  return {ErrorCode::locked,
          path + " is in use by " + holder + "; stop it, or choose another folder"};
}

}  // namespace

std::shared_ptr<rocksdb::Logger> no_journal() { return std::make_shared<NoJournal>(); }

void keep_open(int tables, rocksdb::DBOptions& options) {
  if (tables < 0) return;
  constexpr int kOther = 10;  // that RocksDB takes off again, for files that are no tables
  options.max_open_files = tables + kOther;
  // Each of the cache's parts keeps one at least, and there are 2^6 by default.
  options.table_cache_numshardbits = tables < 1024 ? 0 : 4;
}

rocksdb::Env* or_default(rocksdb::Env* env) { return env ? env : rocksdb::Env::Default(); }

Result<void> sync_folder(const std::string& path, rocksdb::Env* env) {
  std::unique_ptr<rocksdb::Directory> folder;
  rocksdb::Status status = or_default(env)->NewDirectory(path, &folder);
  if (status.ok()) status = folder->Fsync();
  if (!status.ok()) return rocks_error(status, "syncing", path);
  return {};
}

Error rocks_error(const rocksdb::Status& status, std::string_view doing, const std::string& path) {
  const ErrorCode code = status.IsCorruption() ? ErrorCode::corrupt
                         : status.IsNotFound() ? ErrorCode::not_found
                                               : ErrorCode::io;
  std::string text = status.ToString();
  std::ranges::replace(text, '\n', ' ');
  if (text.find("Permission denied") != text.npos) {
    text += "; run it as the user that the folder belongs to";
  }
  return {code, std::string(doing) + " " + path + " failed: " + text};
}

std::optional<Error> folder_in_use(const std::string& path) {
  const pid_t holder = lock_holder(path);
  if (holder == 0) return std::nullopt;
  return in_use(path, "process " + std::to_string(holder));
}

Error open_error(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (text.find("lock ") != std::string::npos && text.find("/LOCK") != std::string::npos) {
    return folder_in_use(path).value_or(in_use(path, "another process"));
  }
  if (status.IsPathNotFound() || status.IsNotFound()) {
    return {ErrorCode::corrupt, "a file of " + path + " is gone (" + text + ")"};
  }
  return rocks_error(status, "opening", path);
}

}  // namespace syncline
