#include "engine/log/log.h"

#include <cstring>
#include <limits>

#include <rocksdb/perf_level.h>
#include <rocksdb/utilities/checkpoint.h>

#include "engine/limits.h"
#include "engine/log/id_key.h"
#include "engine/log/incarnation.h"
#include "engine/log/store.h"
#include "engine/log/wal.h"

namespace syncline {

Log::Log(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(LogOptions options) {
  auto store = std::make_unique<Store>();
  store->options = std::move(options);
  if (!store->options.trouble) store->options.trouble = std::make_shared<DiskTrouble>(nullptr);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<Log>(new Log(std::move(store)));
}

bool Log::exists(const std::string& path, rocksdb::Env* env) {
  return or_default(env)->FileExists(path + "/CURRENT").ok();
}

Result<void> Log::write(Commit& commit) {
  if (auto why = closed()) return *why;
  SYNCLINE_CHECK(commit.events() > 0);
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // of this thread: nobody reads its counters
  rocksdb::WriteOptions write;
  write.sync = store_->options.sync;
  const rocksdb::Status status = store_->db->Write(write, &commit.batch_->writes);
  if (!status.ok()) {
    Error error = store_->options.trouble->write_failed(store_->failed(status, "writing to"));
    error.message += ", which will show whether this was written: send it again with the same id";
    return error;
  }
  const std::lock_guard lock(store_->mutex);
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

WalTaken Log::taken() const { return taken_from_wals(*store_->db); }

const std::string& Log::node() const { return store_->node; }

LogName Log::name() const { return {identity(), OriginId::from(node()).value_or(OriginId{})}; }
const std::optional<IncarnationNote>& Log::noted() const { return store_->noted; }

Result<void> Log::note(IncarnationNote note) {
  rocksdb::WriteBatch batch;
  batch.Put(store_->handles[kMeta], slice(kFormatKey), slice(view(big_endian(kFormatVersion))));
  batch.Put(store_->handles[kMeta], slice(kIncarnationKey), slice(encode_note(note)));
  rocksdb::WriteOptions write;
  write.sync = store_->options.sync;
  const rocksdb::Status status = store_->db->Write(write, &batch);
  if (!status.ok()) return store_->failed(status, "noting a new incarnation in");
  store_->noted = std::move(note);
  return {};
}

std::optional<Error> Log::closed() const { return store_->options.trouble->closed(); }
Error Log::close_for_writing(const Error& cause) {
  return store_->options.trouble->write_failed(cause);
}

Result<void> Log::checkpoint(const std::string& into) const {
  rocksdb::Checkpoint* raw = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(store_->db.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> made(raw);
  constexpr auto kNeverFlush = std::numeric_limits<std::uint64_t>::max();
  if (status.ok()) status = made->CreateCheckpoint(into, kNeverFlush);
  if (!status.ok()) return rocks_error(status, "linking the log's files into", into);
  return {};
}

bool Log::holds(const Head& checkpoint) const {
  if (checkpoint.position == Position(0)) return true;
  if (checkpoint.position > head().position) return false;
  const auto frame = read(checkpoint.position);
  return frame && decode_header(*frame)->hash == checkpoint.hash;
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
  if (!status.ok()) return store_->unread_event(status, position);
  if (const char* fault = frame_fault(frame, FrameCheck::checksum)) {
    return store_->damaged_event(position, fault);
  }
  return frame;
}

Result<void> Log::scan(Position from, Position to,
                       const std::function<bool(Position, std::string_view frame)>& each) const {
  rocksdb::ReadOptions options;
  if (to.value - from.value > limits::kPageEvents) {  // who reads that much reads it once
    options.readahead_size = limits::kMiB;
    options.fill_cache = false;
  }
  const Position last = std::min(to, head().position);
  const std::unique_ptr<rocksdb::Iterator> it(
      store_->db->NewIterator(options, store_->handles[kEvents]));
  Position expected = from;
  for (it->Seek(slice(view(big_endian(from.value)))); it->Valid() && expected <= to; it->Next()) {
    const Position position(from_big_endian(view(it->key())));
    const std::string_view frame = view(it->value());
    if (position != expected) break;
    if (const char* fault = frame_fault(frame, FrameCheck::checksum)) {
      return store_->damaged_event(position, fault);
    }
    if (!each(position, frame)) return {};
    expected = expected.next();
  }
  if (!it->status().ok()) return store_->unread_event(it->status(), expected);
  // RocksDB may step over a table that it cannot open, to what is behind it, as if all were well.
  if (expected <= last) return store_->damaged_event(expected, "it is not found");
  return {};
}

Result<std::optional<IdEntry>> Log::find_id(std::string_view source, std::string_view id) const {
  if (!IdKey::fits(source, id)) return std::optional<IdEntry>{};  // no draft is called so
  std::string value;
  const rocksdb::Status status =
      store_->db->Get({}, store_->handles[kIds], slice(IdKey(source, id).view()), &value);
  if (status.IsNotFound()) return std::optional<IdEntry>{};
  if (!status.ok()) return store_->unread(store_->failed(status, "reading the index of ids of"));
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
  if (!status.ok())
    return store_->unread(store_->failed(status, "reading the index of subjects of"));
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
