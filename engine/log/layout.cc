#include "engine/log/layout.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"

namespace syncline {

std::string half_built(const std::string& path) {
  return path +
         " is half a copy: what made it was stopped; run the same command again, and it goes on, "
         "or "
         "delete the folder";
}

rocksdb::DBOptions db_options() {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  // The default (point-in-time) drops every record behind a damaged one without a word. This mode
  // forgives only an incomplete last record, and log.acked says whether that one was acknowledged.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // What it forgives at the end of a WAL that is not the last would be a gap: the MANIFEST says how
  // long such a one is.
  db.track_and_verify_wals_in_manifest = true;
  db.paranoid_checks = true;
  // An error on disk closes the log for good: RocksDB must not resume by itself.
  db.max_bgerror_resume_count = 0;
  db.max_total_wal_size = limits::kWalBytes;
  db.max_background_jobs = 2;
  // There is one writer. RocksDB then remembers where it inserted last, and commits come sorted.
  db.allow_concurrent_memtable_write = false;
  db.enable_write_thread_adaptive_yield = false;
  db.info_log = no_journal();
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(128 * limits::kMiB);
  table.format_version = 5;

  rocksdb::BlockBasedTableOptions filtered = table;
  filtered.filter_policy.reset(
      rocksdb::NewBloomFilterPolicy(10));  // most ids are new: no disk read

  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    rocksdb::ColumnFamilyOptions family;
    const bool looked_up = i == kIds || i == kSubjects;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(looked_up ? filtered : table));
    // Events arrive in key order: files never overlap, and compaction only moves them.
    family.write_buffer_size = i == kEvents ? limits::kMemtableBytes : 16 * limits::kMiB;
    if (looked_up) {  // most are new: found out without walking the memtable
      family.memtable_prefix_bloom_size_ratio = 0.1;
      family.memtable_whole_key_filtering = true;
    }
    if (i == kSubjects) {
      // A subject's position is a register: the new one goes where the last one was, which spares
      // the memtable a place and a walk for each event. Nobody reads this family at a snapshot.
      family.inplace_update_support = true;
      family.inplace_update_num_locks = 64;
    }
    family.max_write_buffer_number = 4;
    family.compression = rocksdb::kLZ4Compression;
    out.emplace_back(kFamilies[i], family);
  }
  return out;
}

}  // namespace syncline
