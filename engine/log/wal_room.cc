#include "engine/log/wal_room.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"
#include "engine/thread_name.h"

namespace syncline {
namespace {

// Makes room in one file. What is written and what is zeroed never meet: room begins behind all
// that was announced, and who announces what reaches into a piece that is being made waits for it.
class Room {
 public:
  explicit Room(const std::string& path) : file_(::open(path.c_str(), O_WRONLY | O_CLOEXEC)) {
    if (file_ >= 0) thread_ = std::thread([this] { run(); });
  }
  ~Room() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    if (file_ >= 0) ::close(file_);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // Before so many bytes are appended.
  void announce(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !making_ || written_ + bytes <= end_; });
    written_ += bytes;
    const bool low = wanted();
    lock.unlock();
    if (low) changed_.notify_all();
  }

 private:
  bool wanted() const { return written_ + limits::kWalRoom > end_; }

  void run() {
    name_this_thread("wal room");
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || wanted(); });
      if (stopping_) return;
      if (end_ < written_) end_ = written_;
      const off_t from = static_cast<off_t>(end_);
      making_ = true;
      lock.unlock();
      const bool made = make(from);
      lock.lock();
      making_ = false;
      if (made) end_ += kPiece;
      changed_.notify_all();
      if (!made) return;
    }
  }

  // Waits for the disk here, so that a sync of the log finds little of it left to write.
  bool make(off_t from) const {
    if (::pwrite(file_, zeros_.data(), kPiece, from) != static_cast<ssize_t>(kPiece)) return false;
    constexpr unsigned kNow =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    return ::sync_file_range(file_, from, kPiece, kNow) == 0;
  }

  // Small: a sync that meets it waits for as much.
  static constexpr std::size_t kPiece = 512 * limits::kKiB;

  const int file_;
  const std::vector<char> zeros_ = std::vector<char>(kPiece);
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::size_t written_ = 0;  // or about to be
  std::size_t end_ = 0;      // of the room
  bool making_ = false;      // a piece behind end_
  bool stopping_ = false;
  std::thread thread_;
};

class RoomyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  RoomyFile(std::unique_ptr<rocksdb::FSWritableFile> file, const std::string& path)
      : FSWritableFileOwnerWrapper(std::move(file)), room_(std::make_unique<Room>(path)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (room_) room_->announce(data.size());
    return target()->Append(data, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& sums,
                           rocksdb::IODebugContext* debug) override {
    if (room_) room_->announce(data.size());
    return target()->Append(data, options, sums, debug);
  }
  rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    room_.reset();
    return target()->Truncate(size, options, debug);
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    room_.reset();
    // Room that stays does no harm.
    target()
        ->Truncate(target()->GetFileSize(options, debug), options, debug)
        .PermitUncheckedError();
    return target()->Close(options, debug);
  }

 private:
  std::unique_ptr<Room> room_;
};

class RoomyFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "syncline"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && path.ends_with(".log")) {
      *file = std::make_unique<RoomyFile>(std::move(*file), path);
    }
    return made;
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> with_wal_room(rocksdb::Env* env) {
  return rocksdb::NewCompositeEnv(std::make_shared<RoomyFiles>(or_default(env)->GetFileSystem()));
}

}  // namespace syncline
