#include "engine/fold/view_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "engine/fold/checkpoint.h"
#include "engine/fold/overlay_state.h"
#include "engine/limits.h"
#include "engine/log/rocks.h"

namespace syncline {
namespace {

// Slot 0 is the store's own: directory ('d' name), checkpoints ('c' slot), the next slot ('n').
constexpr Slot kOwnSlot = 0;

constexpr std::size_t kSlotBytes = 4;

std::string slot_key(Slot slot, std::string_view key) {
  std::string out;
  out.reserve(kSlotBytes + key.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(slot >> shift));
  return out.append(key);
}

std::string directory_key(std::string_view projection) {
  return slot_key(kOwnSlot, "d" + std::string(projection));
}
std::string checkpoint_key(Slot slot) {
  return slot_key(kOwnSlot, "c" + std::string(view(big_endian(slot))));
}
const std::string& next_slot_key() {
  static const std::string key = slot_key(kOwnSlot, "n");
  return key;
}

// The database, and who hears that it cannot be read.
struct Source {
  rocksdb::DB& db;
  DiskTrouble& trouble;

  // A state that is not what was written must not be served: what cannot be read is thrown.
  void check(const rocksdb::Status& status) const {
    if (status.ok()) return;
    throw ErrorThrown(trouble.read_failed(rocks_error(status, "reading", db.GetName())));
  }
  std::optional<std::string> get(const rocksdb::ReadOptions& options, std::string_view key) const {
    std::string value;
    const rocksdb::Status status = db.Get(options, slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    check(status);
    return value;
  }
};

// Keys that differ in their last eight bytes alone (an event of the same subject, a newer value of
// the same record) are mostly neighbours, as are those of an index that grows at its end: the
// memtable looks where it put the last one of them.
class Neighbours final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "syncline.neighbours"; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() > kTail; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    if (key[kSlotBytes] == kGrowsAtItsEnd) return {key.data(), kSlotBytes + 1};
    return {key.data(), key.size() - kTail};
  }

 private:
  static constexpr std::size_t kTail = 8;
};

class SlotReader : public ViewSnapshot {
 public:
  SlotReader(Source source, Slot slot, const rocksdb::Snapshot* snapshot)
      : source_(source), slot_(slot), snapshot_(snapshot) {
    options_.snapshot = snapshot;
  }
  ~SlotReader() override {
    if (snapshot_ != nullptr) source_.db.ReleaseSnapshot(snapshot_);
  }
  SlotReader(const SlotReader&) = delete;
  SlotReader& operator=(const SlotReader&) = delete;

  std::optional<std::string> get(std::string_view key) const override {
    return source_.get(options_, slot_key(slot_, key));
  }

  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& each) const override {
    const std::string begin = slot_key(slot_, prefix);
    // Without it the step behind the last key would pass all that was erased behind the prefix.
    const std::string end = behind_prefix(begin);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options = options_;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(source_.db.NewIterator(options));
    for (it->Seek(std::max(begin, slot_key(slot_, from))); it->Valid(); it->Next()) {
      if (!each(view(it->key()).substr(kSlotBytes), view(it->value()))) break;
    }
    source_.check(it->status());
  }

  Position position() const override {
    const auto value = source_.get(options_, checkpoint_key(slot_));
    return value ? decode_checkpoint(*value).position : Position(0);
  }

 private:
  const Source source_;
  Slot slot_;
  const rocksdb::Snapshot* snapshot_;  // nullptr: always the newest
  rocksdb::ReadOptions options_;
};

}  // namespace

struct ViewStore::Store {
  std::string path;
  std::shared_ptr<DiskTrouble> trouble;
  std::unique_ptr<rocksdb::DB> db;
  std::mutex slots;  // guards the next slot

  Source source() const { return {*db, *trouble}; }

  Result<void> write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    const rocksdb::Status status = db->Write(options, &batch);
    if (!status.ok()) return rocks_error(status, "writing to", path);
    return {};
  }

  Result<void> flush(const rocksdb::FlushOptions& options) {
    const rocksdb::Status status = db->Flush(options);
    if (!status.ok()) return rocks_error(status, "flushing", path);
    return {};
  }

  void add_drop(rocksdb::WriteBatch& batch, Slot slot) {
    batch.DeleteRange(slot_key(slot, {}), slot_key(slot + 1, {}));
    batch.Delete(checkpoint_key(slot));
  }
};

ViewStore::ViewStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
ViewStore::~ViewStore() {
  if (store_->db) store_->db->Close();
}

Result<std::unique_ptr<ViewStore>> ViewStore::open(const std::string& path, rocksdb::Env* env,
                                                   bool read_only,
                                                   std::shared_ptr<DiskTrouble> trouble,
                                                   int open_files) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  if (!trouble) trouble = std::make_shared<DiskTrouble>(nullptr);
  options.listeners.push_back(DiskTrouble::listener(trouble, path));
  options.max_bgerror_resume_count = 0;
  keep_open(open_files, options);
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.info_log = no_journal();
  options.write_buffer_size = limits::kMemtableBytes;
  options.max_background_jobs = 2;
  // As in the log: one writer at a time, sorted batches.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.memtable_insert_with_hint_prefix_extractor = std::make_shared<Neighbours>();
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(128 * limits::kMiB);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = read_only ? rocksdb::DB::OpenForReadOnly(options, path, &raw)
                                           : rocksdb::DB::Open(options, path, &raw);
  if (!status.ok()) {
    Error error = open_error(status, path);
    if (error.code == ErrorCode::corrupt) {
      error.message += "; delete the folder: the views are rebuilt from the log";
    }
    return error;
  }
  auto store = std::make_unique<Store>();
  store->path = path;
  store->trouble = std::move(trouble);
  store->db.reset(raw);
  return std::unique_ptr<ViewStore>(new ViewStore(std::move(store)));
}

std::optional<ViewStore::Serving> ViewStore::serving(std::string_view projection) const {
  const auto value = store_->source().get({}, directory_key(projection));
  if (!value || value->size() != 16) return std::nullopt;
  return Serving{static_cast<std::uint32_t>(from_big_endian(std::string_view(*value).substr(0, 8))),
                 static_cast<Slot>(from_big_endian(std::string_view(*value).substr(8)))};
}

Slot ViewStore::new_slot() {
  const std::lock_guard lock(store_->slots);
  const auto value = store_->source().get({}, next_slot_key());
  const std::uint64_t slot = value ? from_big_endian(*value) : kOwnSlot + 1;
  rocksdb::WriteBatch batch;
  batch.Put(next_slot_key(), slice(view(big_endian(slot + 1))));
  // A crash may forget an unfinished build and the number with it, but not what it wrote.
  store_->add_drop(batch, static_cast<Slot>(slot));
  if (auto written = store_->write(batch); !written)
    throw std::runtime_error(written.error().message);
  return static_cast<Slot>(slot);
}

Result<void> ViewStore::serve(std::string_view projection, Serving serving_now) {
  rocksdb::WriteBatch batch;
  if (const auto before = serving(projection); before && before->slot != serving_now.slot) {
    store_->add_drop(batch, before->slot);
  }
  std::string value(view(big_endian(serving_now.version)));
  value.append(view(big_endian(serving_now.slot)));
  batch.Put(directory_key(projection), value);
  return store_->write(batch);
}

void ViewStore::drop(Slot slot) {
  rocksdb::WriteBatch batch;
  store_->add_drop(batch, slot);
  if (auto written = store_->write(batch); !written)
    throw std::runtime_error(written.error().message);
}

void ViewStore::drop_abandoned() {
  std::set<Slot> serving;
  const SlotReader own(store_->source(), kOwnSlot, nullptr);
  own.scan("d", "", [&](std::string_view, std::string_view value) {
    if (value.size() == 16) serving.insert(static_cast<Slot>(from_big_endian(value.substr(8))));
    return true;
  });
  std::vector<Slot> abandoned;
  own.scan("c", "", [&](std::string_view key, std::string_view) {
    const auto slot = static_cast<Slot>(from_big_endian(key.substr(1)));
    if (!serving.contains(slot)) abandoned.push_back(slot);
    return true;
  });
  for (const Slot slot : abandoned) drop(slot);
}

Head ViewStore::checkpoint(Slot slot) const {
  const auto value = store_->source().get({}, checkpoint_key(slot));
  return value ? decode_checkpoint(*value) : Head{};
}

std::unique_ptr<ViewSnapshot> ViewStore::snapshot(Slot slot) const {
  return std::make_unique<SlotReader>(store_->source(), slot, store_->db->GetSnapshot());
}

struct ViewStore::Batch::Writes {
  struct Part {
    SlotReader newest;
    OverlayState overlay;
    Part(Source source, Slot slot, const Part* before)
        : newest(source, slot, nullptr), overlay(newest, before ? &before->overlay : nullptr) {}
  };
  Source source;
  const Writes* before;
  std::map<Slot, std::unique_ptr<Part>> parts;
  std::map<Slot, Head> checkpoints;
};

ViewStore::Batch::Batch(ViewStore& store, const Batch* before)
    : writes_(
          new Writes{store.store_->source(), before ? before->writes_.get() : nullptr, {}, {}}) {}
ViewStore::Batch::~Batch() = default;

FoldState& ViewStore::Batch::state(Slot slot) {
  auto& part = writes_->parts[slot];
  if (!part) {
    part = std::make_unique<Writes::Part>(
        writes_->source, slot, writes_->before ? writes_->before->parts.at(slot).get() : nullptr);
  }
  return part->overlay;
}

void ViewStore::Batch::checkpoint(Slot slot, const Head& head) {
  writes_->checkpoints[slot] = head;
}

Result<void> ViewStore::write(Batch& batch) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // of this thread, as in the log
  rocksdb::WriteBatch out;
  std::vector<const OverlayState::Writes::value_type*> sorted;
  for (const auto& [slot, part] : batch.writes_->parts) {
    sorted.clear();
    sorted.reserve(part->overlay.writes().size());
    for (const auto& write : part->overlay.writes()) sorted.push_back(&write);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
    std::string key = slot_key(slot, {});
    for (const auto* write : sorted) {
      key.resize(kSlotBytes);
      key += write->first;
      if (write->second) {
        out.Put(key, slice(*write->second));
      } else {
        out.Delete(key);
      }
    }
  }
  for (const auto& [slot, head] : batch.writes_->checkpoints) {
    out.Put(checkpoint_key(slot), encode_checkpoint(head));
  }
  return store_->write(out);
}

Result<void> ViewStore::flush() { return store_->flush({}); }

Result<void> ViewStore::begin_flush() {
  rocksdb::FlushOptions options;
  options.wait = false;
  return store_->flush(options);
}

}  // namespace syncline
