// Where a log that is opened thousands of times lies: in memory where the machine has a folder for
// it, so that a sync costs nothing, else on the disk. Its files are files: a restart finds what was
// written, and nothing else. What survives a power cut is for tests/crash.
#pragma once

#include <filesystem>

#include <rocksdb/env.h>
#include <unistd.h>

namespace syncline {

inline std::filesystem::path memory_disk() {
  static constexpr const char* kMemory = "/dev/shm";
  if (access(kMemory, W_OK | X_OK) == 0) return kMemory;
  return std::filesystem::temp_directory_path();
}

// Reserves no room ahead of what is written: in memory a reservation of 70 MiB for a log of 20 KiB
// is 70 MiB, cleared, and more than the folder of a container may hold.
class UnreservedEnv final : public rocksdb::EnvWrapper {
 public:
  UnreservedEnv() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}
  const char* Name() const override { return "syncline.unreserved"; }

  rocksdb::Status NewWritableFile(const std::string& path,
                                  std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    rocksdb::EnvOptions unreserved = options;
    unreserved.allow_fallocate = false;
    return target()->NewWritableFile(path, file, unreserved);
  }
};

}  // namespace syncline
