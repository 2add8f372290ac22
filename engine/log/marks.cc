#include "engine/log/marks.h"

#include <algorithm>
#include <memory>

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include "engine/log/acked_file.h"
#include "engine/log/rocks.h"
#include "engine/log/rocks_files.h"

namespace syncline {
namespace {

// Slot 0 of the view store is its own (docs/log-format.md).
const std::string kDirectory = std::string(4, '\0') + "d";
const std::string kCheckpoint = std::string(4, '\0') + "c";

Result<void> read_acked(const std::string& path, rocksdb::Env* env, Marks& marks) {
  const auto acked = AckedFile::read(path, env);
  if (acked.has_value()) {
    marks.acked = acked->has_value();
    if (!marks.acked) return {};
    marks.all.push_back({"log.acked", **acked, kRestoreFolder});
    const auto half = AckedFile::half_damaged(path, env);
    if (half.has_error()) return half.error();
    if (*half) {
      marks.fault = {
          Position(),
          path +
              " is damaged in one of its two slots, so the last event that was "
              "acknowledged may be one behind what the other slot says",
          "hold the log's end against a copy; the server writes both anew as it goes on"};
    }
    return {};
  }
  if (acked.error().code != ErrorCode::corrupt) return acked.error();
  marks.acked = true;
  marks.fault = {Position(), acked.error().message,
                 "copy it from where the log came from, or restore the whole folder"};
  return {};
}

// `serving`: version and slot, as the directory has them.
rocksdb::Status read_checkpoint(const RocksFiles& views, const std::string& name,
                                std::string_view serving, Marks& marks) {
  if (serving.size() != 16) return rocksdb::Status::Corruption("the entry of view " + name);
  std::string value;
  const auto status = views.db().Get({}, kCheckpoint + std::string(serving.substr(8)), &value);
  if (status.IsNotFound()) return {};  // nothing is folded yet
  if (!status.ok()) return status;
  Head head;
  if (value.size() != 8 + head.hash.size()) {
    return rocksdb::Status::Corruption("the checkpoint of view " + name);
  }
  head.position = Position(from_big_endian(std::string_view(value).substr(0, 8)));
  std::copy_n(value.begin() + 8, head.hash.size(), head.hash.begin());
  marks.all.push_back({"the checkpoint of view " + name, head, kDeleteViews});
  return {};
}

Result<void> read_checkpoints(const std::string& path, rocksdb::Env* env, Marks& marks) {
  RocksFiles views;
  auto status = views.open(path, env);
  if (status.ok()) {
    const std::unique_ptr<rocksdb::Iterator> it(views.db().NewIterator({}));
    for (it->Seek(kDirectory); status.ok() && it->Valid() && it->key().starts_with(kDirectory);
         it->Next()) {
      const std::string name(view(it->key()).substr(kDirectory.size()));
      status = read_checkpoint(views, name, view(it->value()), marks);
    }
    if (status.ok()) status = it->status();
  }
  if (status.IsCorruption()) {
    if (!marks.fault) {
      marks.fault = {Position(), "the views are damaged: " + status.ToString(), kDeleteViews};
    }
  } else if (!status.ok()) {
    return rocks_error(status, "reading", path);
  }
  return {};
}

}  // namespace

Result<Marks> read_marks(const std::string& data, rocksdb::Env* env) {
  Marks marks;
  if (auto read = read_acked(data + "/log.acked", env, marks); read.has_error()) {
    return read.error();
  }
  const std::string views = data + "/views";
  if (!or_default(env)->FileExists(views + "/CURRENT").ok())
    return marks;  // built anew at the next start
  if (auto read = read_checkpoints(views, env, marks); read.has_error()) return read.error();
  return marks;
}

}  // namespace syncline
