#include "engine/log/id_key.h"
#include "engine/log/store.h"

namespace syncline {

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

}  // namespace syncline
