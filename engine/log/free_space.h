// How much room the disk of a data folder has, and how much of it stays in reserve, so that RocksDB
// never meets a full disk: what would go below it is refused, and taken again when there is room.
// Asked before each commit: one statvfs(2), about a microsecond. Any thread.
//
// What may still be written after an append was refused, because it was accepted before:
//   memtables of the log that are flushed: as much as its WAL, limits::kWalBytes  256 MiB
//   memtables of the views: the one being flushed and the one being filled      2 × 64 MiB
//   a WAL that RocksDB begins for them: reserved whole, 1.1 × a memtable               70 MiB
//   memtables of the past, of all projections: two, and what is filled meanwhile 3 × 16 MiB
// Together 502 MiB, which the default of 512 MiB covers on a disk of 10 GiB or more. Compression
// makes it less; a compaction of the indexes takes what it merges once more until it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/error.h"

namespace rocksdb {
class Env;
}

namespace syncline {

class FreeSpace {
 public:
  // `path`: a folder on the disk. A reserve of 0 refuses nothing.
  FreeSpace(std::string path, rocksdb::Env* env, std::uint64_t reserve);

  std::optional<std::uint64_t> bytes() const;  // nullopt: the system does not say
  std::uint64_t reserve() const { return reserve_; }
  // Why nothing more than what is on its way may be written; nullopt: `bytes` more may.
  std::optional<Error> refusal(std::uint64_t bytes) const;

 private:
  const std::string path_;
  rocksdb::Env* const env_;
  const std::uint64_t reserve_;
};

// Of a disk of this size: a twentieth, at most 512 MiB, at least three memtables.
std::uint64_t default_reserve(std::uint64_t disk_bytes);

}  // namespace syncline
