#include "engine/log/log.h"

#include <mutex>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "engine/limits.h"
#include "engine/log/id_key.h"
#include "engine/log/layout.h"
#include "engine/log/rocks.h"

namespace syncline {

struct Log::Store {
  LogOptions options;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::string identity;

  mutable std::mutex mutex;  // guards the rest
  Head head;
  std::optional<RecordHeader> last;
  std::optional<Error> closed;

  ~Store() {
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    if (db) db->Close();
  }

  Result<void> open();
  Result<void> check_files() const;
  Result<void> check_format();
  Result<void> find_head();
  Error failed(const rocksdb::Status& status, std::string_view doing) const {
    return rocks_error(status, doing, options.path);
  }
};

// RocksDB takes a folder without CURRENT for a new one, and deletes the files it does not know.
Result<void> Log::Store::check_files() const {
  if (exists(options.path, options.env)) return {};
  std::vector<std::string> files;
  or_default(options.env)->GetChildren(options.path, &files);  // none: there is no such folder yet
  for (const std::string& file : files) {
    if (file.ends_with(".sst") || file.ends_with(".log")) {
      return Error{ErrorCode::corrupt,
                   options.path + " has files of a log (" + file +
                       "), and CURRENT, which says how to read them, is gone; nothing was changed: "
                       "restore the folder from a copy"};
    }
  }
  return {};
}

Result<void> Log::Store::open() {
  if (auto checked = check_files(); !checked) return checked;
  const auto descriptors = family_descriptors();
  rocksdb::DB* raw = nullptr;
  rocksdb::DBOptions settings = db_options();
  if (options.env != nullptr) settings.env = options.env;
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(settings, options.path, descriptors, &handles, &raw)
          : rocksdb::DB::Open(settings, options.path, descriptors, &handles, &raw);
  if (!status.ok()) {
    Error error = open_error(status, options.path);
    if (error.code == ErrorCode::corrupt) {
      error.message +=
          "; restore the folder from a copy on which `syncline log verify` finds nothing";
    }
    return error;
  }
  db.reset(raw);
  if (auto checked = check_format(); !checked) return checked;
  return find_head();
}

Result<void> Log::Store::check_format() {
  std::string value;
  rocksdb::Status status = db->Get({}, handles[kMeta], slice(kFormatKey), &value);
  if (status.IsNotFound() && !options.read_only) {
    identity = options.new_identity;
    rocksdb::WriteBatch batch;
    batch.Put(handles[kMeta], slice(kFormatKey), slice(view(big_endian(kFormatVersion))));
    batch.Put(handles[kMeta], slice(kIdentityKey), slice(identity));
    batch.Put(handles[kMeta], slice(kNodeKey), slice(options.node));
    rocksdb::WriteOptions write;
    write.sync = options.sync;
    status = db->Write(write, &batch);
    if (!status.ok()) return failed(status, "writing the identity of");
    return {};
  }
  if (!status.ok() || value.size() != 8) return failed(status, "reading the format of");
  const std::uint64_t version = from_big_endian(value);
  if ((version & kHalfBuilt) != 0) {
    return Error{ErrorCode::invalid, half_built(options.path)};
  }
  if (version > kFormatVersion) {
    return Error{ErrorCode::newer_format, options.path + " has format " + std::to_string(version) +
                                              ", this program knows up to " +
                                              std::to_string(kFormatVersion) +
                                              "; use the newer program that wrote it"};
  }
  status = db->Get({}, handles[kMeta], slice(kIdentityKey), &identity);
  if (!status.ok()) return failed(status, "reading the identity of");
  std::string node;
  status = db->Get({}, handles[kMeta], slice(kNodeKey), &node);
  if (!status.ok()) return failed(status, "reading the node of");
  if (!options.node.empty() && options.node != node) {
    return Error{ErrorCode::invalid, options.path + " is the log of node " + node + ", not of " +
                                         options.node + "; set node.id to " + node +
                                         ", or choose another data folder"};
  }
  return {};
}

Result<void> Log::Store::find_head() {
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}, handles[kEvents]));
  it->SeekToLast();
  if (!it->status().ok()) return failed(it->status(), "reading the last event of");
  if (!it->Valid()) return {};
  const std::string_view frame = view(it->value());
  const std::uint64_t position = from_big_endian(view(it->key()));
  if (const char* fault = frame_fault(frame, FrameCheck::everything)) {
    return Error{ErrorCode::corrupt, "event " + std::to_string(position) + " of " + options.path +
                                         " is damaged (" + fault + ")"};
  }
  last = decode_header(frame);
  head = {last->position, last->hash};
  return {};
}

struct Log::Commit::Batch {
  struct Place {
    std::size_t begin, size;
  };
  explicit Batch(const std::vector<rocksdb::ColumnFamilyHandle*>& h) : handles(h) {}

  const std::vector<rocksdb::ColumnFamilyHandle*>& handles;
  rocksdb::WriteBatch writes;
  std::vector<Place> frames;  // in the batch's own bytes
  std::size_t bytes = 0;      // of the frames
  std::size_t saved_frames = 0, saved_bytes = 0;

  std::string_view frame(const Place& place) const {
    return std::string_view(writes.Data()).substr(place.begin, place.size);
  }
};

Log::Commit::Commit(Log& log) : batch_(new Batch(log.store_->handles)) {}
Log::Commit::~Commit() = default;

void Log::Commit::add(RecordHeader& header, std::string_view body) {
  const FrameHead head = frame_head(header, body);
  const auto key = big_endian(header.position.value);
  const rocksdb::Slice key_part = slice(view(key));
  const rocksdb::Slice frame_parts[] = {{head.data(), head.size()}, slice(body)};
  batch_->writes.Put(batch_->handles[kEvents], {&key_part, 1}, {frame_parts, 2});
  // A batch ends with the value that was put last.
  const std::size_t size = head.size() + body.size();
  batch_->frames.push_back({batch_->writes.GetDataSize() - size, size});
  batch_->bytes += size;
}

std::size_t Log::Commit::events() const { return batch_->frames.size(); }
std::size_t Log::Commit::bytes() const { return batch_->bytes; }
std::string_view Log::Commit::frame(std::size_t i) const {
  return batch_->frame(batch_->frames[i]);
}

void Log::Commit::save() {
  batch_->writes.SetSavePoint();
  batch_->saved_frames = batch_->frames.size();
  batch_->saved_bytes = batch_->bytes;
}

void Log::Commit::keep_saved() { SYNCLINE_CHECK(batch_->writes.PopSavePoint().ok()); }

void Log::Commit::take_back() {
  SYNCLINE_CHECK(batch_->writes.RollbackToSavePoint().ok());
  batch_->frames.resize(batch_->saved_frames);
  batch_->bytes = batch_->saved_bytes;
}

void Log::Commit::clear() {
  batch_->writes.Clear();
  batch_->frames.clear();
  batch_->bytes = 0;
}

void Log::Commit::add_subject(std::string_view subject, Position last) {
  batch_->writes.Put(batch_->handles[kSubjects], slice(subject),
                     slice(view(big_endian(last.value))));
}

void Log::Commit::add_id(std::string_view source, std::string_view id, const IdEntry& entry) {
  const IdKey id_key(source, id);
  const rocksdb::Slice key = slice(id_key.view());
  const auto position = big_endian(entry.position.value);
  const rocksdb::Slice value[] = {
      slice(view(position)),
      {reinterpret_cast<const char*>(entry.content_hash.data()), entry.content_hash.size()}};
  batch_->writes.Put(batch_->handles[kIds], {&key, 1}, {value, 2});
}

Log::Log(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(LogOptions options) {
  auto store = std::make_unique<Store>();
  store->options = std::move(options);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<Log>(new Log(std::move(store)));
}

bool Log::exists(const std::string& path, rocksdb::Env* env) {
  return or_default(env)->FileExists(path + "/CURRENT").ok();
}

Result<void> Log::write(Commit& commit) {
  if (auto why = closed()) return *why;
  SYNCLINE_CHECK(commit.events() > 0);
  rocksdb::WriteOptions write;
  write.sync = store_->options.sync;
  const rocksdb::Status status = store_->db->Write(write, &commit.batch_->writes);
  const std::lock_guard lock(store_->mutex);
  if (!status.ok()) {
    store_->closed = Error{ErrorCode::log_closed, "the log takes no more writes: " +
                                                      store_->failed(status, "writing to").message +
                                                      "; look after the disk, then restart"};
    return *store_->closed;
  }
  store_->last = decode_header(commit.frame(commit.events() - 1));
  store_->head = {store_->last->position, store_->last->hash};
  return {};
}

Head Log::head() const {
  const std::lock_guard lock(store_->mutex);
  return store_->head;
}

std::optional<RecordHeader> Log::last_header() const {
  const std::lock_guard lock(store_->mutex);
  return store_->last;
}

const std::string& Log::identity() const { return store_->identity; }

std::optional<Error> Log::closed() const {
  const std::lock_guard lock(store_->mutex);
  return store_->closed;
}

Result<std::string> Log::read(Position position) const {
  std::string frame;
  const rocksdb::Status status = store_->db->Get({}, store_->handles[kEvents],
                                                 slice(view(big_endian(position.value))), &frame);
  if (status.IsNotFound()) {
    return Error{ErrorCode::not_found, "there is no event " + std::to_string(position.value) +
                                           "; the log ends at " +
                                           std::to_string(head().position.value)};
  }
  if (!status.ok()) {
    return store_->failed(status, "reading event " + std::to_string(position.value) + " of");
  }
  if (const char* fault = frame_fault(frame, FrameCheck::checksum)) {
    return Error{ErrorCode::corrupt, "event " + std::to_string(position.value) + " of " +
                                         store_->options.path + " is damaged (" + fault + ")"};
  }
  return frame;
}

Result<void> Log::scan(Position from, Position to,
                       const std::function<bool(Position, std::string_view frame)>& each) const {
  rocksdb::ReadOptions options;
  options.readahead_size = to.value - from.value > limits::kPageEvents ? limits::kMiB : 0;
  const std::unique_ptr<rocksdb::Iterator> it(
      store_->db->NewIterator(options, store_->handles[kEvents]));
  Position expected = from;
  for (it->Seek(slice(view(big_endian(from.value)))); it->Valid() && expected <= to; it->Next()) {
    const Position position(from_big_endian(view(it->key())));
    const std::string_view frame = view(it->value());
    const char* fault = position != expected ? "an event before it is missing"
                                             : frame_fault(frame, FrameCheck::checksum);
    if (fault != nullptr) {
      return Error{ErrorCode::corrupt, "event " + std::to_string(position.value) + " of " +
                                           store_->options.path + " is damaged (" + fault + ")"};
    }
    if (!each(position, frame)) return {};
    expected = expected.next();
  }
  if (!it->status().ok()) {
    return store_->failed(it->status(), "reading event " + std::to_string(expected.value) + " of");
  }
  return {};
}

Result<std::optional<IdEntry>> Log::find_id(std::string_view source, std::string_view id) const {
  if (!IdKey::fits(source, id)) return std::optional<IdEntry>{};  // no draft is called so
  std::string value;
  const rocksdb::Status status =
      store_->db->Get({}, store_->handles[kIds], slice(IdKey(source, id).view()), &value);
  if (status.IsNotFound()) return std::optional<IdEntry>{};
  if (!status.ok()) return store_->failed(status, "reading the index of ids of");
  IdEntry entry;
  if (value.size() != 8 + entry.content_hash.size()) {
    return Error{ErrorCode::corrupt, "the index of ids of " + store_->options.path +
                                         " is damaged at " + std::string(id)};
  }
  entry.position = Position(from_big_endian(std::string_view(value).substr(0, 8)));
  std::memcpy(entry.content_hash.data(), value.data() + 8, entry.content_hash.size());
  return std::optional<IdEntry>(entry);
}

Result<Position> Log::subject_version(std::string_view subject) const {
  std::string value;
  const rocksdb::Status status =
      store_->db->Get({}, store_->handles[kSubjects], slice(subject), &value);
  if (status.IsNotFound()) return Position(0);
  if (!status.ok()) return store_->failed(status, "reading the index of subjects of");
  if (value.size() != 8) {
    return Error{ErrorCode::corrupt, "the index of subjects of " + store_->options.path +
                                         " is damaged at " + std::string(subject)};
  }
  return Position(from_big_endian(value));
}

Result<Position> Log::first_at(Time time) const {
  std::uint64_t low = 1, high = head().position.value + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    auto frame = read(Position(middle));
    if (!frame) return frame.error();
    if (decode_header(*frame)->append_time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Position(low);
}

}  // namespace syncline
