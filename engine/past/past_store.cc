#include "engine/past/past_store.h"

#include <algorithm>
#include <limits>
#include <map>

#include <rocksdb/cache.h>
#include <rocksdb/comparator.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "engine/fold/checkpoint.h"
#include "engine/limits.h"
#include "engine/log/rocks.h"

namespace syncline {
namespace {

// In front of each key of a projection; its boundaries are the versions of one key before them.
constexpr std::string_view kKey = "k";
constexpr std::string_view kBoundary = "c";

std::string past_key(std::string_view key) { return std::string(kKey).append(key); }

// Little-endian, as the comparator below reads it.
std::string timestamp(Position boundary) {
  std::string out;
  for (int shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>(boundary.value >> shift);
  }
  return out;
}

std::string family_of(const Projection& projection) {
  return std::string(projection.name()) + "." + std::to_string(projection.version());
}

// Keys by their bytes, the versions of one key the newest first.
const rocksdb::Comparator* versions() {
  const rocksdb::Comparator* comparator = nullptr;
  const auto found = rocksdb::Comparator::CreateFromString(
      rocksdb::ConfigOptions(), "leveldb.BytewiseComparator.u64ts", &comparator);
  SYNCLINE_CHECK(found.ok());
  return comparator;
}

rocksdb::ColumnFamilyOptions family_options() {
  rocksdb::ColumnFamilyOptions options;
  options.comparator = versions();
  options.write_buffer_size = limits::kPastMemtableBytes;
  // Most of it is at the bottom: there, the versions of a key lie side by side, nearly equal.
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  static const auto cache = rocksdb::NewLRUCache(limits::kPastCacheBytes);
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions db_options(const PastStoreOptions& asked) {
  rocksdb::DBOptions options;
  if (asked.env != nullptr) options.env = asked.env;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;
  options.info_log = no_journal();
  options.max_background_jobs = 2;
  // Of all projections together, however many there are: the disk's reserve counts on it.
  options.db_write_buffer_size = 2 * limits::kPastMemtableBytes;
  keep_open(asked.open_files, options);
  return options;
}

// One family as it was at a boundary: what is written later has a greater timestamp. nullptr, where
// nothing was written yet: it holds nothing.
class BoundaryState final : public ReadState {
 public:
  using Check = std::function<void(const rocksdb::Status&)>;

  BoundaryState(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, Position boundary,
                Check check)
      : db_(db), family_(family), timestamp_(timestamp(boundary)), check_(std::move(check)) {
    options_.timestamp = &slice_;
  }

  std::optional<std::string> get(std::string_view key) const override { return raw(past_key(key)); }

  std::optional<std::string> raw(std::string_view key) const {
    if (family_ == nullptr) return std::nullopt;
    std::string value;
    const rocksdb::Status status = db_.Get(options_, family_, slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    check_(status);
    return value;
  }

  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& each) const override {
    if (family_ == nullptr) return;
    const std::string begin = past_key(prefix);
    const std::string end = behind_prefix(begin);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options = options_;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options, family_));
    for (it->Seek(std::max(begin, past_key(from))); it->Valid(); it->Next()) {
      if (!each(view(it->key()).substr(kKey.size()), view(it->value()))) break;
    }
    check_(it->status());
  }

 private:
  rocksdb::DB& db_;
  rocksdb::ColumnFamilyHandle* const family_;
  const std::string timestamp_;
  const rocksdb::Slice slice_{timestamp_};
  const Check check_;
  rocksdb::ReadOptions options_;
};

}  // namespace

struct PastStore::Store {
  PastStoreOptions asked;
  std::unique_ptr<rocksdb::DB> db;
  std::map<const Projection*, rocksdb::ColumnFamilyHandle*> families;
  std::vector<rocksdb::ColumnFamilyHandle*> others;

  ~Store() {
    if (!db) return;
    for (const auto& [projection, handle] : families) db->DestroyColumnFamilyHandle(handle);
    for (auto* handle : others) db->DestroyColumnFamilyHandle(handle);
    db->Close();
  }

  Error failed(const rocksdb::Status& status, std::string_view doing) const {
    return rocks_error(status, doing, asked.path);
  }

  void check(const rocksdb::Status& status) const {
    if (status.ok()) return;
    Error error = failed(status, "reading");
    error.message += "; delete the folder while no server runs on it: it is built again";
    if (asked.observer != nullptr) asked.observer->read_failed(error);
    throw ErrorThrown(std::move(error));
  }

  std::unique_ptr<BoundaryState> state(const Projection& projection, Position boundary) const {
    const auto family = families.find(&projection);
    auto* const handle = family == families.end() ? nullptr : family->second;
    return std::make_unique<BoundaryState>(*db, handle, boundary,
                                           [this](const auto& status) { check(status); });
  }

  const Projection* kept_as(const std::string& family) const {
    for (const Projection* projection : asked.projections) {
      if (projection->has_past() && family_of(*projection) == family) return projection;
    }
    return nullptr;
  }

  rocksdb::Status open() {
    const rocksdb::DBOptions options = db_options(asked);
    std::vector<std::string> names;
    const bool there = options.env->FileExists(asked.path + "/CURRENT").ok();
    if (there) {
      const auto listed = rocksdb::DB::ListColumnFamilies(options, asked.path, &names);
      if (!listed.ok()) return listed;
    } else {
      names.push_back(rocksdb::kDefaultColumnFamilyName);
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const std::string& name : names) {
      const bool own = name == rocksdb::kDefaultColumnFamilyName;
      wanted.emplace_back(name, own ? rocksdb::ColumnFamilyOptions() : family_options());
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status opened =
        asked.read_only ? rocksdb::DB::OpenForReadOnly(options, asked.path, wanted, &handles, &raw)
                        : rocksdb::DB::Open(options, asked.path, wanted, &handles, &raw);
    if (!opened.ok()) return opened;
    db.reset(raw);
    return sort(handles);
  }

  rocksdb::Status sort(const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
    rocksdb::Status status;
    for (auto* handle : handles) {
      if (const Projection* projection = kept_as(handle->GetName())) {
        families[projection] = handle;
        continue;
      }
      others.push_back(handle);
      const bool own = handle->GetName() == rocksdb::kDefaultColumnFamilyName;
      if (!own && !asked.read_only && status.ok()) status = db->DropColumnFamily(handle);
    }
    if (asked.read_only) return status;
    for (const Projection* projection : asked.projections) {
      if (!projection->has_past() || families.contains(projection) || !status.ok()) continue;
      status = make(*projection);
    }
    return status;
  }

  rocksdb::Status make(const Projection& projection) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    auto status = db->CreateColumnFamily(family_options(), family_of(projection), &handle);
    if (status.ok()) families[&projection] = handle;
    return status;
  }
};

PastStore::PastStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
PastStore::~PastStore() = default;

Result<std::unique_ptr<PastStore>> PastStore::open(PastStoreOptions options) {
  auto store = std::make_unique<Store>();
  store->asked = std::move(options);
  const rocksdb::Status status = store->open();
  if (!status.ok()) return open_error(status, store->asked.path);
  return std::unique_ptr<PastStore>(new PastStore(std::move(store)));
}

Result<void> PastStore::destroy(const PastStoreOptions& options) {
  const auto status = rocksdb::DestroyDB(
      options.path, rocksdb::Options(db_options(options), rocksdb::ColumnFamilyOptions()));
  if (!status.ok()) return rocks_error(status, "removing", options.path);
  return {};
}

Head PastStore::boundary(const Projection& projection, Position position) const {
  const auto value = store_->state(projection, position)->raw(kBoundary);
  return value ? decode_checkpoint(*value) : Head{};
}

std::unique_ptr<ReadState> PastStore::state(const Projection& projection, Position boundary) const {
  return store_->state(projection, boundary);
}

Result<void> PastStore::write(const Projection& projection, const OverlayState::Writes& changes,
                              const Head& boundary) {
  auto* const family = store_->families.at(&projection);
  const std::string at = timestamp(boundary.position);
  std::vector<const OverlayState::Writes::value_type*> sorted;
  for (const auto& change : changes) sorted.push_back(&change);
  std::ranges::sort(sorted, {}, [](const auto* change) { return change->first; });
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (const auto* change : sorted) {
    const std::string key = past_key(change->first);
    status = change->second ? batch.Put(family, key, at, slice(*change->second))
                            : batch.Delete(family, key, at);
    if (!status.ok()) break;
  }
  if (status.ok()) {
    status = batch.Put(family, slice(kBoundary), at, encode_checkpoint(boundary));
  }
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  if (status.ok()) status = store_->db->Write(unlogged, &batch);
  if (!status.ok()) return store_->failed(status, "writing to");
  return {};
}

Result<void> PastStore::forget(const Projection& projection) {
  auto* const family = store_->families.at(&projection);
  rocksdb::Status status = store_->db->DropColumnFamily(family);
  if (status.ok()) {
    store_->db->DestroyColumnFamilyHandle(family);
    store_->families.erase(&projection);
    status = store_->make(projection);
  }
  if (!status.ok()) return store_->failed(status, "emptying");
  return {};
}

Result<void> PastStore::flush() {
  std::vector<rocksdb::ColumnFamilyHandle*> all;
  for (const auto& [projection, handle] : store_->families) all.push_back(handle);
  const rocksdb::Status status = store_->db->Flush({}, all);
  if (!status.ok()) return store_->failed(status, "flushing");
  return {};
}

}  // namespace syncline
