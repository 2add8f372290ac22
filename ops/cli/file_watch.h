// Tells when a file has become another: a thread that looks at it at an interval, since a file that
// is replaced by rename, or lies on a mounted volume, is seen by no notification of the system in
// every case. It looks at the file's stamp alone; what is in it is read by whoever is told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include <sys/types.h>

namespace syncline {

// Differs after every change that a later time or another file shows; all 0: there is no file.
struct FileStamp {
  ino_t file = 0;
  off_t size = 0;
  std::int64_t written_ns = 0;
  std::int64_t changed_ns = 0;

  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::filesystem::path& file);

class FileWatch {
 public:
  // `since`: the stamp before the file was last read. `changed` is called on the watch's thread.
  FileWatch(std::filesystem::path file, FileStamp since, std::chrono::milliseconds interval,
            std::function<void()> changed);
  ~FileWatch();  // waits for `changed`
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

 private:
  void run();

  const std::filesystem::path file_;
  const std::chrono::milliseconds interval_;
  const std::function<void()> changed_;
  FileStamp seen_;  // the thread's
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace syncline
