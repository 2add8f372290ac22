#include "engine/log/disk_trouble.h"

#include <rocksdb/listener.h>

#include "engine/log/rocks.h"

namespace syncline {
namespace {

std::string_view doing(rocksdb::BackgroundErrorReason reason) {
  switch (reason) {
    case rocksdb::BackgroundErrorReason::kFlush:
    case rocksdb::BackgroundErrorReason::kFlushNoWAL:
      return "flushing";
    case rocksdb::BackgroundErrorReason::kCompaction:
      return "compacting";
    case rocksdb::BackgroundErrorReason::kWriteCallback:
    case rocksdb::BackgroundErrorReason::kMemTable:
    case rocksdb::BackgroundErrorReason::kManifestWrite:
    case rocksdb::BackgroundErrorReason::kManifestWriteNoWAL:
      break;
  }
  return "writing to";
}

class Listener final : public rocksdb::EventListener {
 public:
  Listener(std::shared_ptr<DiskTrouble> trouble, std::string path)
      : trouble_(std::move(trouble)), path_(std::move(path)) {}
  const char* Name() const override { return "syncline.disk_trouble"; }

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override {
    trouble_->write_failed(rocks_error(*status, doing(reason), path_));
  }
  // For a full disk RocksDB has a second way to resume, beside max_bgerror_resume_count.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* resume) override {
    *resume = false;
  }

 private:
  const std::shared_ptr<DiskTrouble> trouble_;
  const std::string path_;
};

}  // namespace

Error DiskTrouble::write_failed(const Error& cause) {
  Error reason;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return *closed_;
    reason = {ErrorCode::log_closed, "the log takes no more writes: " + cause.message +
                                         "; look after the disk, then restart"};
    closed_ = reason;
  }
  if (observer_ != nullptr) observer_->log_closed(reason);
  return reason;
}

Error DiskTrouble::read_failed(Error error) {
  if (observer_ != nullptr) observer_->read_failed(error);
  return error;
}

std::optional<Error> DiskTrouble::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::shared_ptr<rocksdb::EventListener> DiskTrouble::listener(std::shared_ptr<DiskTrouble> trouble,
                                                              std::string path) {
  return std::make_shared<Listener>(std::move(trouble), std::move(path));
}

}  // namespace syncline
