#include "ops/cli/file_watch.h"

#include <sys/stat.h>

namespace syncline {

FileStamp stamp_of(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  const auto ns = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {status.st_ino, status.st_size, ns(status.st_mtim), ns(status.st_ctim)};
}

FileWatch::FileWatch(std::filesystem::path file, FileStamp since,
                     std::chrono::milliseconds interval, std::function<void()> changed)
    : file_(std::move(file)),
      interval_(interval),
      changed_(std::move(changed)),
      seen_(since),
      thread_([this] { run(); }) {}

FileWatch::~FileWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void FileWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    // Taken before it is read: a change behind that is another one.
    if (const FileStamp now = stamp_of(file_); now != seen_) {
      seen_ = now;
      changed_();
    }
    lock.lock();
  }
}

}  // namespace syncline
