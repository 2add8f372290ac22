// A RocksDB database as it lies on disk: read-only, every column family it has, nothing checked but
// RocksDB's own checksums. For tools that look at folders; may stand beside the process that
// writes. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Status;
class WalFilter;
}  // namespace rocksdb

namespace syncline {

class RocksFiles {
 public:
  RocksFiles();
  ~RocksFiles();
  RocksFiles(const RocksFiles&) = delete;
  RocksFiles& operator=(const RocksFiles&) = delete;

  // `env`: nullptr is the operating system's. `up_to_fault`: a write-ahead log that is damaged is
  // read as far as it is whole. Closes what was open.
  rocksdb::Status open(const std::string& path, rocksdb::Env* env, bool up_to_fault = false);

  // Of one that is open.
  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(std::string_view name) const;  // nullptr: there is none

 private:
  void close();

  std::uint64_t replayed_ = 0;  // records of WALs
  std::unique_ptr<rocksdb::WalFilter> wals_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace syncline
