#include "engine/log/store.h"

#include <algorithm>

#include "engine/log/incarnation.h"
#include "engine/log/wal.h"

namespace syncline {
namespace {

constexpr const char* kWayOut =
    "; restore the folder from a backup (`syncline backup restore`), or from a copy on which "
    "`syncline log verify` finds nothing";

}  // namespace

// RocksDB takes a folder without CURRENT for a new one, and deletes the files it does not know.
Result<void> Log::check_files(const std::string& path, rocksdb::Env* env) {
  if (exists(path, env)) return {};
  std::vector<std::string> files;
  or_default(env)->GetChildren(path, &files);  // none: there is no such folder yet
  for (const std::string& file : files) {
    if (file.ends_with(".sst") || file.ends_with(".log")) {
      return Error{ErrorCode::corrupt, path + " has files of a log (" + file +
                                           "), and CURRENT, which says how to read them, is gone" +
                                           kWayOut};
    }
  }
  return {};
}

// A MANIFEST that lost its end may not name a family any more, and RocksDB passes over what a WAL
// has of it.
Result<void> Log::Store::check_families() const {
  std::vector<std::string> named;
  rocksdb::DBOptions settings = db_options();
  settings.env = or_default(options.env);
  const auto status = rocksdb::DB::ListColumnFamilies(settings, options.path, &named);
  if (!status.ok()) return open_error(status, options.path);
  for (const char* family : kFamilies) {
    if (std::ranges::find(named, family) != named.end()) continue;
    return Error{ErrorCode::corrupt, "the MANIFEST of " + options.path +
                                         " lost its end: it names no " + std::string(family)};
  }
  return {};
}

rocksdb::Status Log::Store::open_files() {
  close();
  const auto descriptors = family_descriptors();
  rocksdb::DB* raw = nullptr;
  rocksdb::DBOptions settings = db_options();
  const bool synced = options.sync && !options.read_only;
  if (synced) env = with_wal_room(options.env);
  settings.env = synced ? env.get() : or_default(options.env);
  settings.create_if_missing = settings.create_missing_column_families = !options.made;
  keep_open(options.open_files, settings);
  settings.listeners.push_back(DiskTrouble::listener(options.trouble, options.path));
  replayed = 0;
  wals = wal_order(replayed);
  settings.wal_filter = wals.get();
  if (options.up_to_fault) {
    settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(settings, options.path, descriptors, &handles, &raw)
          : rocksdb::DB::Open(settings, options.path, descriptors, &handles, &raw);
  db.reset(raw);
  return status;
}

Result<void> Log::Store::open() {
  if (auto checked = check_files(options.path, options.env); !checked) return checked;
  auto opened = open_whole();
  if (opened || opened.error().code != ErrorCode::corrupt) return opened;
  Error error = opened.error();
  const auto wal = Wal::look(options.path, options.env);  // RocksDB names neither file nor byte
  if (wal && !wal->whole()) error.message = wal->fault({});
  error.message += kWayOut;
  return error;
}

Result<void> Log::Store::open_whole() {
  if (options.read_only || options.made) {
    if (auto checked = check_families(); !checked) return checked;
  }
  rocksdb::Status status = open_files();
  // What was replayed lies in tables now, which the MANIFEST names one family behind the other. If
  // it ever lost its end, it would be a log without some of its ids. One that begins anew names
  // them in its beginning, which RocksDB misses.
  if (status.ok() && replayed > 0 && !options.read_only) status = open_files();
  if (!status.ok()) return open_error(status, options.path);
  if (auto checked = check_format(); !checked) return checked;
  return find_head();
}

// What a new log says of itself.
Result<void> Log::Store::make() {
  identity = options.new_identity;
  node = options.node;
  rocksdb::WriteBatch batch;
  batch.Put(handles[kMeta], slice(kFormatKey), slice(view(big_endian(kFormatVersion))));
  batch.Put(handles[kMeta], slice(kIdentityKey), slice(identity));
  batch.Put(handles[kMeta], slice(kNodeKey), slice(node));
  rocksdb::WriteOptions write;
  write.sync = options.sync;
  rocksdb::Status status = db->Write(write, &batch);
  // Into a table: a log that loses its write-ahead log still knows which one it is.
  if (status.ok()) status = db->Flush({}, handles[kMeta]);
  if (!status.ok()) return failed(status, "writing the identity of");
  return {};
}

Result<void> Log::Store::check_format() {
  std::string value;
  const rocksdb::Status status = db->Get({}, handles[kMeta], slice(kFormatKey), &value);
  if (status.IsNotFound() && !options.read_only && !options.made) return make();
  if (status.IsNotFound()) return Error{ErrorCode::corrupt, options.path + " lost its identity"};
  if (!status.ok()) return failed(status, "reading the format of");
  if (value.size() != 8) return damaged("its format");
  const std::uint64_t version = from_big_endian(value);
  if ((version & kHalfBuilt) != 0) return Error{ErrorCode::invalid, half_built(options.path)};
  if (version > kFormatVersion) {
    return Error{ErrorCode::newer_format, options.path + " has format " + std::to_string(version) +
                                              ", this program knows up to " +
                                              std::to_string(kFormatVersion) +
                                              "; use the newer program that wrote it"};
  }
  if (auto read = read_node(); !read) return read;
  return read_note();
}

Result<void> Log::Store::read_node() {
  rocksdb::Status status = db->Get({}, handles[kMeta], slice(kIdentityKey), &identity);
  if (!status.ok()) return failed(status, "reading the identity of");
  status = db->Get({}, handles[kMeta], slice(kNodeKey), &node);
  if (!status.ok()) return failed(status, "reading the node of");
  if (!options.node.empty() && options.node != node) {
    return Error{ErrorCode::invalid, options.path + " is the log of node " + node + ", not of " +
                                         options.node + "; set node.id to " + node +
                                         ", or choose another data folder"};
  }
  return {};
}

Result<void> Log::Store::read_note() {
  std::string value;
  const rocksdb::Status status = db->Get({}, handles[kMeta], slice(kIncarnationKey), &value);
  if (status.IsNotFound()) return {};
  if (!status.ok()) return failed(status, "reading the incarnation of");
  noted = decode_note(value);
  if (!noted) return damaged("the note of its incarnation");
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

}  // namespace syncline
