// syncline_scan_bench LOG: reads all events of a closed log, in order, with RocksDB alone, opened
// with the options that the server recorded. What a fold of the log is measured against. Prints one
// line of JSON.

#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>

namespace {

void check(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("rocksdb: " + status.ToString());
}

int scan(const std::string& log) {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  check(rocksdb::LoadLatestOptions({}, log, &options, &families));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  check(rocksdb::DB::OpenForReadOnly(options, log, families, &handles, &raw));
  const std::unique_ptr<rocksdb::DB> db(raw);

  std::size_t events = 0, bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (auto* handle : handles) {
    if (handle->GetName() != "events") continue;
    rocksdb::ReadOptions reading;
    reading.readahead_size = 1 << 20;  // as Log::scan reads a long range
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(reading, handle));
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++events) bytes += it->value().size();
    check(it->status());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"events\":%zu,\"bytes\":%zu,\"seconds\":%.3f}\n", events, bytes, took.count());
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("syncline_scan_bench LOG\n", stderr);
    return 2;
  }
  try {
    return scan(argv[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "syncline_scan_bench: %s\n", e.what());
    return 3;
  }
}
