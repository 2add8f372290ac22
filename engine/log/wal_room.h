// Room for the write-ahead log before it is written: zeros, on disk, a little ahead of its end. A
// sync then carries the record and nothing else; of a file that grows, the file system's journal
// has to tell each time, which takes two waits for the disk instead of one, and nearly twice as
// long (docs/performance.md). What is left of the room goes when RocksDB closes the file, and stays
// behind a crash: zeros to the end of a file are no fault (wal.h).
//
// A thread per file that is being written makes the room. Where none can be made (a full disk, a
// file system that knows no such thing) the file grows as it always did.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace syncline {

// As `env` (nullptr: the operating system's), for a RocksDB alone; outlives it.
std::unique_ptr<rocksdb::Env> with_wal_room(rocksdb::Env* env);

}  // namespace syncline
