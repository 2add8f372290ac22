// Cuts the power of the file system that a log lies on while RocksDB does a certain thing: the file
// system stops as it is on its disk (EXT4_IOC_SHUTDOWN), and whatever was not synced is gone. The
// end of what is under way waits for the cut, so "under way" is no guess. RocksDB's threads call
// it.
//
// SYNCLINE_TEST_CUT=KIND,SKIP,DELAY_US,FOLDER: at the SKIP-th KIND from now on, DELAY_US after its
// begin, or at the next ones if that one is over by then. KIND is
//   flush       of a memtable, until its table is in the MANIFEST
//   compaction  of several tables, until the new ones are in the MANIFEST
//   wal         the switch to a new one, until the first sync of it
// One line to stderr: `power cut: KIND, N us after its begin`.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/listener.h>

namespace syncline {

class PowerSwitch final : public rocksdb::EventListener {
 public:
  // nullptr: the environment asks for none.
  static std::shared_ptr<PowerSwitch> from_environment();

  PowerSwitch(std::string kind, int skip, std::chrono::microseconds delay, std::string folder)
      : kind_(std::move(kind)), skip_(skip), delay_(delay), folder_(std::move(folder)) {}

  void OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { begins("flush"); }
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { ends("flush"); }
  void OnCompactionBegin(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) override;
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) override;
  void OnMemTableSealed(const rocksdb::MemTableInfo&) override { begins("wal"); }
  void OnFileSyncFinish(const rocksdb::FileOperationInfo& file) override;
  bool ShouldBeNotifiedOnFileIO() override { return kind_ == "wal"; }

 private:
  void begins(const char* kind);
  void ends(const char* kind);
  void cut(std::chrono::microseconds after);

  const std::string kind_;
  std::mutex mutex_;  // guards the rest
  int skip_;
  std::chrono::microseconds delay_;
  const std::string folder_;
  int under_way_ = 0;  // two flushes may be
  std::uint64_t round_ = 0;
};

}  // namespace syncline
