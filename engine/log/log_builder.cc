#include "engine/log/log_builder.h"

#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "engine/limits.h"
#include "engine/log/acked_file.h"
#include "engine/log/body_names.h"
#include "engine/log/chain_check.h"
#include "engine/log/data_folder.h"
#include "engine/log/id_key.h"
#include "engine/log/incarnation.h"
#include "engine/log/layout.h"
#include "engine/log/rocks.h"
#include "engine/log/rocks_files.h"

namespace syncline {
namespace {

constexpr std::uint64_t kBuilding = kHalfBuilt | kFormatVersion;

std::string event_name(Position position) { return "event " + std::to_string(position.value); }

Error corrupt(Position position, const std::string& what) {
  return {ErrorCode::corrupt, event_name(position) + " " + what};
}

bool exists(const std::string& path, rocksdb::Env* env) {
  return or_default(env)->FileExists(path).ok();
}

// The folder may be new, or hold what is no part of a log: a configuration, secrets.
Result<void> check_empty(const std::string& data, rocksdb::Env* env) {
  for (const char* name : {"log", "log.acked", "views"}) {
    if (exists(data + "/" + name, env)) {
      return Error{ErrorCode::invalid, data + " is not empty: it has " + name +
                                           "; choose an empty folder, or one that is not there"};
    }
  }
  return {};
}

}  // namespace

struct LogBuilder::Store {
  LogBuilderOptions options;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::WriteBatch batch;  // of events that are checked
  std::size_t batched = 0;
  ChainCheck chain{true};
  Head head;

  ~Store() {
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    if (db) db->Close();
  }

  std::string path() const { return options.data + "/log"; }
  Error failed(const rocksdb::Status& status, std::string_view doing) const {
    Error error = rocks_error(status, doing, path());
    error.message += "; look after the disk, then run the same command again: it goes on";
    return error;
  }

  Result<void> open();
  Result<void> check_half_built() const;
  Result<void> open_files();
  Result<void> find_head();
  Result<void> check(const Event& event);
  Result<void> compare(std::string_view frame, Position position) const;
  void put(std::string_view frame, const Event& event, const std::optional<Hash>& content_hash);
  Result<void> write();
  Result<void> flush();
  Result<void> put_format(std::uint64_t format);
};

Result<void> LogBuilder::Store::open() {
  const bool goes_on = Log::exists(path(), options.env);
  if (auto checked = goes_on ? check_half_built() : check_empty(options.data, options.env);
      !checked) {
    return checked;
  }
  if (auto made = make_data_folder(options.data); !made) return made;
  if (auto opened = open_files(); !opened) return opened;
  return goes_on ? find_head() : put_format(kBuilding);
}

// Read-only first: opening a log for writing already changes it.
Result<void> LogBuilder::Store::check_half_built() const {
  RocksFiles files;
  if (const auto status = files.open(path(), options.env); !status.ok()) {
    return open_error(status, path());
  }
  auto* const meta = files.family("meta");
  std::string format, identity, node;
  rocksdb::Status status;
  if (meta == nullptr) status = rocksdb::Status::NotFound();
  if (status.ok()) status = files.db().Get({}, meta, slice(kFormatKey), &format);
  if (status.ok()) status = files.db().Get({}, meta, slice(kIdentityKey), &identity);
  if (status.ok()) status = files.db().Get({}, meta, slice(kNodeKey), &node);
  if (status.IsNotFound()) {  // stopped before it said what it is
    return Error{ErrorCode::invalid, path() +
                                         " is the beginning of a log, and does not say of which "
                                         "one; delete the folder"};
  }
  if (!status.ok()) return rocks_error(status, "reading", path());
  if (format.size() != 8 || from_big_endian(format) != kBuilding) {
    return Error{ErrorCode::invalid, path() + " holds a log already, " + identity +
                                         "; choose an empty folder, or one that is not there"};
  }
  if (identity != options.name.identity || node != options.name.node.text()) {
    return Error{ErrorCode::invalid, path() + " is half a copy of log " + identity + " of node " +
                                         node + ", not of " + options.name.identity +
                                         "; delete the folder, or choose another"};
  }
  return {};
}

Result<void> LogBuilder::Store::open_files() {
  rocksdb::DBOptions settings = db_options();
  if (options.env != nullptr) settings.env = options.env;
  settings.atomic_flush = true;  // an index never knows another end than the events
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::Open(settings, path(), family_descriptors(), &handles, &raw);
  if (!status.ok()) return open_error(status, path());
  db.reset(raw);
  return {};
}

// What the first event to come stands behind: the last one of each origin.
Result<void> LogBuilder::Store::find_head() {
  rocksdb::ReadOptions reading;
  reading.readahead_size = limits::kMiB;
  reading.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(reading, handles[kEvents]));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto header = decode_header(view(it->value()));
    const Position next = head.position.next();
    if (!header || header->position != next || view(it->key()) != view(big_endian(next.value)) ||
        !chain.fault_of(*header).empty()) {
      return corrupt(next, "of the half built " + path() + " is damaged; delete the folder");
    }
    head = {next, header->hash};
  }
  if (!it->status().ok()) return failed(it->status(), "reading");
  return {};
}

Result<void> LogBuilder::Store::check(const Event& event) {
  const Position next = head.position.next();
  if (event.header.position != next) {
    return Error{ErrorCode::invalid, event_name(event.header.position) + " stands where " +
                                         event_name(next) + " should: a log has no gaps"};
  }
  if (auto fault = names_fault(event.body))
    return corrupt(next, "cannot be kept: " + fault->message);
  if (std::string fault = chain.fault_of(event.header); !fault.empty()) return corrupt(next, fault);
  return {};
}

Result<void> LogBuilder::Store::compare(std::string_view frame, Position position) const {
  std::string there;
  const auto status =
      db->Get({}, handles[kEvents], slice(view(big_endian(position.value))), &there);
  if (!status.ok()) return failed(status, "reading " + event_name(position) + " of");
  if (there == frame) return {};
  return Error{ErrorCode::invalid, event_name(position) +
                                       " is another one than in the half built " + path() +
                                       "; delete the folder, and begin anew"};
}

void LogBuilder::Store::put(std::string_view frame, const Event& event,
                            const std::optional<Hash>& content_hash) {
  const auto position = big_endian(event.header.position.value);
  const rocksdb::Slice key = slice(view(position));
  batch.Put(handles[kEvents], key, slice(frame));
  if (!event.body.subject.empty()) batch.Put(handles[kSubjects], slice(event.body.subject), key);
  if (!content_hash) return;
  const IdKey id_key(event.body.source, event.body.id);
  const rocksdb::Slice id = slice(id_key.view());
  const rocksdb::Slice value[] = {
      key, {reinterpret_cast<const char*>(content_hash->data()), content_hash->size()}};
  batch.Put(handles[kIds], {&id, 1}, {value, 2});
}

Result<void> LogBuilder::Store::write() {
  rocksdb::WriteOptions unsynced;
  unsynced.disableWAL = true;
  const auto status = db->Write(unsynced, &batch);
  batch.Clear();
  batched = 0;
  if (!status.ok()) return failed(status, "writing to");
  return {};
}

Result<void> LogBuilder::Store::flush() {
  const auto status = db->Flush(rocksdb::FlushOptions(), handles);
  if (!status.ok()) return failed(status, "syncing");
  return {};
}

// The names of the log, of log.acked, and of the folder itself.
Result<void> LogBuilder::Store::put_format(std::uint64_t format) {
  batch.Put(handles[kMeta], slice(kFormatKey), slice(view(big_endian(format))));
  batch.Put(handles[kMeta], slice(kIdentityKey), slice(options.name.identity));
  batch.Put(handles[kMeta], slice(kNodeKey), slice(options.name.node.text()));
  if (auto written = write(); !written) return written;
  return flush();
}

LogBuilder::LogBuilder(std::unique_ptr<Store> store) : store_(std::move(store)) {}
LogBuilder::~LogBuilder() = default;

Result<std::unique_ptr<LogBuilder>> LogBuilder::open(LogBuilderOptions options) {
  const LogName& name = options.name;
  if (name.identity.empty() || name.identity.size() > kIdentityBytes || name.node.empty()) {
    return Error{ErrorCode::invalid, "`" + name.identity + "` of node `" +
                                         std::string(name.node.text()) + "` names no log"};
  }
  auto store = std::make_unique<Store>();
  store->options = std::move(options);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<LogBuilder>(new LogBuilder(std::move(store)));
}

Head LogBuilder::head() const { return store_->head; }

Result<void> LogBuilder::add(std::string_view frame, const std::optional<Hash>& content_hash) {
  Store& s = *store_;
  if (frame.size() > limits::kFrameBytes) {
    return corrupt(s.head.position.next(), "would have " + std::to_string(frame.size()) +
                                               " bytes, which is over what an event takes");
  }
  if (const char* fault = frame_fault(frame, FrameCheck::everything)) {
    return corrupt(s.head.position.next(), std::string("is damaged or altered (") + fault + ")");
  }
  const Event event = decode_frame(frame);
  const Position position = event.header.position;
  if (position > Position() && position <= s.head.position) {
    if (auto written = s.write(); !written) return written;
    return s.compare(frame, position);
  }
  if (auto checked = s.check(event); !checked) return checked;
  s.put(frame, event, content_hash);
  s.head = {position, event.header.hash};
  s.batched += frame.size();
  return s.batched < limits::kCommitBytes ? Result<void>() : s.write();
}

Result<void> LogBuilder::finish(const std::optional<IncarnationNote>& begins) {
  Store& s = *store_;
  if (auto written = s.write(); !written) return written;
  if (auto flushed = s.flush(); !flushed) return flushed;
  {
    const auto acked = AckedFile::open(s.options.data + "/log.acked", s.options.env, s.head);
    if (!acked) return acked.error();
  }
  if (auto synced = sync_data_folder(s.options.data, s.options.env); !synced) return synced;
  if (begins) s.batch.Put(s.handles[kMeta], slice(kIncarnationKey), slice(encode_note(*begins)));
  // Last: from here on it is a log.
  return s.put_format(kFormatVersion);
}

}  // namespace syncline
