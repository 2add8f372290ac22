#include "bench/append/raw_side.h"

#include <chrono>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>
#include <rocksdb/write_batch.h>

#include "bench/load/cpu.h"

namespace syncline::bench {
namespace {

void check(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("rocksdb: " + status.ToString());
}

class RawLog {
 public:
  RawLog(const std::string& engine_log, const std::string& path) {
    rocksdb::DBOptions options;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    check(rocksdb::LoadLatestOptions({}, engine_log, &options, &families));
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    rocksdb::DB* db = nullptr;
    check(rocksdb::DB::Open(options, path, families, &handles_, &db));
    db_.reset(db);
    for (auto* handle : handles_) by_name_[handle->GetName()] = handle;
  }
  ~RawLog() {
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    db_->Close();
  }
  RawLog(const RawLog&) = delete;
  RawLog& operator=(const RawLog&) = delete;

  rocksdb::ColumnFamilyHandle* family(const std::string& name) const { return by_name_.at(name); }
  void write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.sync = true;
    check(db_->Write(options, &batch));
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> by_name_;
};

// Keys and values as docs/log-format.md gives them.
struct Puts {
  std::string position;         // key in events, value in subjects
  bool last_of_subject = true;  // in its commit: one put for a subject and commit
  std::string id_key;           // empty: no id was given
  std::string id_value;
};

Puts make_puts(const LogEntry& entry) {
  Puts puts;
  const std::uint64_t position = decode_header(entry.frame)->position.value;
  for (int shift = 56; shift >= 0; shift -= 8) {
    puts.position += static_cast<char>(position >> shift & 0xff);
  }
  if (!entry.id.empty()) {
    puts.id_key = entry.source + '\0' + entry.id;
    puts.id_value = puts.position + entry.frame.substr(frame_layout::kHash, sizeof(Hash));
  }
  return puts;
}

std::vector<Puts> make_puts(const EngineLeg& engine) {
  std::vector<Puts> puts;
  for (const std::size_t size : engine.commits) {
    std::map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < size; ++i) {
      const LogEntry& entry = engine.entries.at(puts.size());
      const auto [it, fresh] = last.try_emplace(entry.subject, puts.size());
      if (!fresh) puts[std::exchange(it->second, puts.size())].last_of_subject = false;
      puts.push_back(make_puts(entry));
    }
  }
  return puts;
}

}  // namespace

Leg run_raw(const std::string& engine_log, const std::string& path, const EngineLeg& engine) {
  const std::size_t events =
      std::accumulate(engine.commits.begin(), engine.commits.end(), std::size_t{0});
  if (events != engine.entries.size()) throw std::logic_error("commits and entries differ");
  const std::vector<Puts> puts = make_puts(engine);
  RawLog log(engine_log, path);
  auto* const events_family = log.family("events");
  auto* const ids_family = log.family("ids");
  auto* const subjects_family = log.family("subjects");

  const double cpu = load::own_cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  std::size_t at = 0;
  for (const std::size_t size : engine.commits) {
    rocksdb::WriteBatch batch;
    for (const std::size_t end = at + size; at < end; ++at) {
      check(batch.Put(events_family, puts[at].position, engine.entries[at].frame));
      if (puts[at].last_of_subject) {
        check(batch.Put(subjects_family, engine.entries[at].subject, puts[at].position));
      }
      if (!puts[at].id_key.empty())
        check(batch.Put(ids_family, puts[at].id_key, puts[at].id_value));
    }
    log.write(batch);
  }
  Leg leg;
  leg.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  leg.cpu_seconds = load::own_cpu_seconds() - cpu;
  return leg;
}

}  // namespace syncline::bench
