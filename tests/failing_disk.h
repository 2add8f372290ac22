// A disk that fails when a test says so: every write, sync and read of a file is asked about first.
// Also tells any amount of free space.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <rocksdb/env.h>

namespace syncline {

class FailingDisk final : public rocksdb::EnvWrapper {
 public:
  enum class Touch { write, sync, read };
  using Fails = std::function<bool(Touch, std::string_view path)>;

  FailingDisk() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}
  const char* Name() const override { return "syncline.failing_disk"; }

  // From now on; nullptr: nothing fails.
  void fail(Fails when) {
    const std::lock_guard lock(mutex_);
    fails_ = std::move(when);
  }
  // nullopt: what there is.
  void set_free(std::optional<std::uint64_t> bytes) {
    const std::lock_guard lock(mutex_);
    free_ = bytes;
  }

  rocksdb::Status GetFreeSpace(const std::string& path, std::uint64_t* bytes) override {
    const std::lock_guard lock(mutex_);
    if (!free_) return target()->GetFreeSpace(path, bytes);
    *bytes = *free_;
    return rocksdb::Status::OK();
  }
  rocksdb::Status NewWritableFile(const std::string& path,
                                  std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::WritableFile> real;
    rocksdb::Status status = target()->NewWritableFile(path, &real, options);
    if (status.ok()) *file = std::make_unique<Writable>(*this, path, std::move(real));
    return status;
  }
  rocksdb::Status NewRandomAccessFile(const std::string& path,
                                      std::unique_ptr<rocksdb::RandomAccessFile>* file,
                                      const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::RandomAccessFile> real;
    rocksdb::Status status = target()->NewRandomAccessFile(path, &real, options);
    if (status.ok()) *file = std::make_unique<Readable>(*this, path, std::move(real));
    return status;
  }
  rocksdb::Status NewRandomRWFile(const std::string& path,
                                  std::unique_ptr<rocksdb::RandomRWFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::RandomRWFile> real;
    rocksdb::Status status = target()->NewRandomRWFile(path, &real, options);
    if (status.ok()) *file = std::make_unique<InPlace>(*this, path, std::move(real));
    return status;
  }

 private:
  rocksdb::Status ask(Touch touch, const std::string& path) const {
    const std::lock_guard lock(mutex_);
    if (!fails_ || !fails_(touch, path)) return rocksdb::Status::OK();
    return rocksdb::Status::IOError("this disk fails", path);
  }

  class Writable final : public rocksdb::WritableFileWrapper {
   public:
    Writable(FailingDisk& disk, std::string path, std::unique_ptr<rocksdb::WritableFile> file)
        : WritableFileWrapper(file.get()),
          disk_(disk),
          path_(std::move(path)),
          file_(std::move(file)) {}
    using WritableFileWrapper::Append;
    rocksdb::Status Append(const rocksdb::Slice& data) override {
      const rocksdb::Status asked = disk_.ask(Touch::write, path_);
      return asked.ok() ? WritableFileWrapper::Append(data) : asked;
    }
    rocksdb::Status Sync() override {
      const rocksdb::Status asked = disk_.ask(Touch::sync, path_);
      return asked.ok() ? WritableFileWrapper::Sync() : asked;
    }
    rocksdb::Status Fsync() override {
      const rocksdb::Status asked = disk_.ask(Touch::sync, path_);
      return asked.ok() ? WritableFileWrapper::Fsync() : asked;
    }

   private:
    FailingDisk& disk_;
    const std::string path_;
    const std::unique_ptr<rocksdb::WritableFile> file_;
  };

  class Readable final : public rocksdb::RandomAccessFileWrapper {
   public:
    Readable(FailingDisk& disk, std::string path, std::unique_ptr<rocksdb::RandomAccessFile> file)
        : RandomAccessFileWrapper(file.get()),
          disk_(disk),
          path_(std::move(path)),
          file_(std::move(file)) {}
    rocksdb::Status Read(std::uint64_t offset, std::size_t n, rocksdb::Slice* result,
                         char* scratch) const override {
      const rocksdb::Status asked = disk_.ask(Touch::read, path_);
      return asked.ok() ? RandomAccessFileWrapper::Read(offset, n, result, scratch) : asked;
    }
    rocksdb::Status MultiRead(rocksdb::ReadRequest* requests, std::size_t count) override {
      const rocksdb::Status asked = disk_.ask(Touch::read, path_);
      return asked.ok() ? RandomAccessFileWrapper::MultiRead(requests, count) : asked;
    }

   private:
    FailingDisk& disk_;
    const std::string path_;
    const std::unique_ptr<rocksdb::RandomAccessFile> file_;
  };

  class InPlace final : public rocksdb::RandomRWFileWrapper {
   public:
    InPlace(FailingDisk& disk, std::string path, std::unique_ptr<rocksdb::RandomRWFile> file)
        : RandomRWFileWrapper(file.get()),
          disk_(disk),
          path_(std::move(path)),
          file_(std::move(file)) {}
    rocksdb::Status Write(std::uint64_t offset, const rocksdb::Slice& data) override {
      const rocksdb::Status asked = disk_.ask(Touch::write, path_);
      return asked.ok() ? RandomRWFileWrapper::Write(offset, data) : asked;
    }
    rocksdb::Status Sync() override {
      const rocksdb::Status asked = disk_.ask(Touch::sync, path_);
      return asked.ok() ? RandomRWFileWrapper::Sync() : asked;
    }

   private:
    FailingDisk& disk_;
    const std::string path_;
    const std::unique_ptr<rocksdb::RandomRWFile> file_;
  };

  mutable std::mutex mutex_;
  Fails fails_;                        // guarded by mutex_
  std::optional<std::uint64_t> free_;  // guarded by mutex_
};

}  // namespace syncline
