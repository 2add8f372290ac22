#include "engine/log/rocks_files.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/wal_filter.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"
#include "engine/log/wal_order.h"

namespace syncline {
namespace {

// It may stand beside a server, in its process, and must leave it the handles it needs.
constexpr int kOpenTables = 40;

}  // namespace

RocksFiles::RocksFiles() = default;
RocksFiles::~RocksFiles() { close(); }

void RocksFiles::close() {
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  handles_.clear();
  db_.reset();
}

rocksdb::Status RocksFiles::open(const std::string& path, rocksdb::Env* env, bool up_to_fault) {
  close();
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  options.info_log = no_journal();  // it would begin a new one in the folder it looks at
  keep_open(kOpenTables, options);
  // As the log is opened (layout.cc): no more is forgiven here.
  options.wal_recovery_mode = up_to_fault ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                          : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  wals_ = wal_order(replayed_);
  options.wal_filter = wals_.get();
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(128 * limits::kMiB);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  std::vector<std::string> names;
  rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, path, &names);
  if (!status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, options);
  rocksdb::DB* raw = nullptr;
  status = rocksdb::DB::OpenForReadOnly(options, path, families, &handles_, &raw);
  db_.reset(raw);
  return status;
}

rocksdb::ColumnFamilyHandle* RocksFiles::family(std::string_view name) const {
  for (auto* handle : handles_) {
    if (handle->GetName() == name) return handle;
  }
  return nullptr;
}

}  // namespace syncline
