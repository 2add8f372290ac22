// Holds the records that an opening replays from WALs against each other: RocksDB numbers all that
// is written, and a record whose number does not follow the one before it says that others are
// missing. RocksDB by itself passes over what a disk has zeroed, as room that was never written.
// Used by one opening, and must outlive its database. Included by .cc files of engine/log alone.
#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class WalFilter;
}

namespace syncline {

// `records`: counts them, and outlives it.
std::unique_ptr<rocksdb::WalFilter> wal_order(std::uint64_t& records);

}  // namespace syncline
