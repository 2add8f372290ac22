#include "engine/log/wal_order.h"

#include <cstring>

#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

namespace syncline {
namespace {

// A record is a WriteBatch: the number of its first write (8 bytes, little-endian), how many.
class WalOrder final : public rocksdb::WalFilter {
 public:
  explicit WalOrder(std::uint64_t& records) : records_(records) {}

  WalProcessingOption LogRecordFound(unsigned long long, const std::string&,
                                     const rocksdb::WriteBatch& record, rocksdb::WriteBatch*,
                                     bool*) override {
    std::uint64_t number = 0;
    std::memcpy(&number, record.Data().data(), sizeof number);
    if (next_ != 0 && number != next_) return WalProcessingOption::kCorruptedRecord;
    next_ = number + record.Count();
    ++records_;
    return WalProcessingOption::kContinueProcessing;
  }

  // What RocksDB's error ends with.
  const char* Name() const override { return "(records before one are missing)"; }

 private:
  std::uint64_t& records_;
  std::uint64_t next_ = 0;  // 0: none was seen
};

}  // namespace

std::unique_ptr<rocksdb::WalFilter> wal_order(std::uint64_t& records) {
  return std::make_unique<WalOrder>(records);
}

}  // namespace syncline
