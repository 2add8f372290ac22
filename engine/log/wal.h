// RocksDB's write-ahead log as it lies in its files, read before RocksDB reads (and then deletes)
// it: where a record is not whole, and where records are missing. RocksDB forgives the last record
// of every file; the format of 32 KiB blocks cannot say whether it had been acknowledged, but a
// record behind it can: this node syncs each one before it writes the next.
//
//   record in a block: crc32c u32 (masked, of type and data) ‖ size u16 ‖ type u8 ‖ data
//   data of whole records: sequence u64 ‖ count u32 ‖ …; the next record has sequence + count
//   (https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace syncline {

// What RocksDB has of a log that it opened, from files and tables.
struct WalTaken {
  std::uint64_t first_file = 0;     // those before are not needed any more
  std::uint64_t last_sequence = 0;  // of a write
};
WalTaken taken_from_wals(rocksdb::DB& db);

class Wal {
 public:
  // `path`: the log's folder. One that is not there has no files. Errors: io.
  static Result<Wal> look(const std::string& path, rocksdb::Env* env);

  // Every record is, and none is missing between two.
  bool whole() const;
  std::uint64_t records() const;  // whole ones

  // Of the first place in a file that is needed where it is not; "": there is none. As the
  // beginning of a sentence, with file and byte.
  std::string fault(const WalTaken& taken) const;
  // What was behind that place had been synced: it is no last record that never was whole.
  bool goes_on_behind(const WalTaken& taken) const;
  // Nothing of what lies behind that place was taken.
  bool taken_up_to_it(const WalTaken& taken) const;
  std::uint64_t bytes_behind(const WalTaken& taken) const;

 private:
  struct File {
    std::uint64_t number = 0;
    std::string path{};
    std::uint64_t records = 0;  // whole ones, from its start
    std::uint64_t first_sequence = 0, last_sequence = 0;
    std::uint64_t whole_bytes = 0;
    std::uint64_t written = 0;    // behind a fault: up to the last byte that is not zero
    const char* fault = nullptr;  // what is wrong behind them
    bool goes_on = false;         // another whole record begins behind that
  };
  static Result<File> read(const std::string& path, std::uint64_t number, rocksdb::Env* env);
  const File* next_with_records(std::size_t behind) const;
  bool gap_behind(std::size_t file) const;
  std::optional<std::size_t> first_fault(std::uint64_t first_file) const;

  std::vector<File> files_;  // in their order
};

}  // namespace syncline
