// The product's layout of the log, but for the sizes at which RocksDB does its work in the
// background: a server that is linked with this file flushes, compacts and switches WALs many times
// a second under load. What it leaves is a log like any other. With a PowerSwitch.
#include "engine/log/layout.h"
#include "tests/crash/power_switch.h"

#define db_options product_db_options
#define family_descriptors product_family_descriptors
#include "engine/log/layout.cc"  // whole, so that the library's is not linked
#undef db_options
#undef family_descriptors

namespace syncline {

rocksdb::DBOptions db_options() {
  rocksdb::DBOptions db = product_db_options();
  db.info_log.reset();  // RocksDB's own, which tells a test what was done
  db.info_log_level = rocksdb::InfoLogLevel::INFO_LEVEL;
  if (const auto power = PowerSwitch::from_environment()) db.listeners.push_back(power);
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors() {
  auto families = product_family_descriptors();
  for (auto& family : families) {
    family.options.write_buffer_size = 64 * limits::kKiB;  // the least that RocksDB takes
    family.options.level0_file_num_compaction_trigger = 2;
  }
  return families;
}

}  // namespace syncline
