#include "engine/backup/create.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "engine/backup/folder_lock.h"
#include "engine/backup/repository.h"
#include "engine/log/acked_file.h"

namespace syncline {
namespace {

// In the data folder.
constexpr const char* kLinksName = "backup.links";

// Written once, under a number that nothing else gets while it is there; deleted, never changed.
bool never_written_again(const std::string& name) { return name.ends_with(".sst"); }

// RocksDB's own diary, its lock, and what it had not finished are no part of a log.
bool part_of_log(const std::string& name) {
  return name != "LOCK" && name != "LOG" && !name.starts_with("LOG.old.") &&
         !name.ends_with(".dbtmp");
}

class Making {
 public:
  explicit Making(const BackupOptions& options)
      : options_(options), files_(options.env, options.progress), lock_(files_.env()) {}

  Result<void> begin() {
    if (files_.exists(options_.repository + "/log")) {
      return Error{ErrorCode::invalid,
                   options_.repository + " is a data folder; name another one for the backups"};
    }
    if (auto made = files_.make_folder(options_.repository); !made) return made;
    if (auto locked = lock_.take(options_.repository); !locked) return locked;
    auto before = list_backups(options_.repository, files_);
    if (!before) return before.error();
    before_ = std::move(*before);
    return {};
  }

  // `from`: a folder of a log that nobody changes; `log`: the same one, open.
  Result<BackupMade> make(const std::string& from, const Log& log) {
    made_.manifest = {.identity = log.identity(),
                      .node = log.node(),
                      .head = log.head(),
                      .time = options_.now,
                      .program = options_.program,
                      .files = {}};
    made_.id = backup_id(made_.manifest);
    if (auto taken = take_files(from); !taken) return taken.error();
    if (auto ended = add_acked(); !ended) return ended.error();
    if (auto whole = publish(); !whole) return whole.error();
    return made_;
  }

 private:
  std::string partial() const { return options_.repository + "/partial"; }

  // The newest one of this log, and what it has under the name.
  struct Known {
    std::string path;
    Hash sha256;
  };
  std::optional<Known> known(const std::string& name, std::uint64_t size) const {
    for (auto each = before_.rbegin(); each != before_.rend(); ++each) {
      if (!each->manifest || each->manifest->identity != made_.manifest.identity) continue;
      const BackupFile* file = each->manifest->file("log/" + name);
      const std::string path = options_.repository + "/" + each->id + "/log/" + name;
      const auto there = files_.size(path);
      if (file == nullptr || file->size != size || !there || *there != size) return std::nullopt;
      return Known{path, file->sha256};
    }
    return std::nullopt;
  }

  Result<void> take_files(const std::string& from);
  Result<Hash> take(const std::string& name, const std::string& from, std::uint64_t size);
  Result<Hash> share(const std::string& name, const std::string& from, std::uint64_t size);
  bool put_link(const std::string& from, const std::string& to, std::uint64_t size);
  Result<void> drop_strangers(const std::vector<std::string>& names);
  Result<void> add_acked();
  Result<void> publish();

  const BackupOptions& options_;
  BackupFiles files_;
  FolderLock lock_;
  std::vector<ListedBackup> before_;
  BackupMade made_;
};

Result<void> Making::take_files(const std::string& from) {
  auto names = files_.files_in(from);
  if (!names) return names.error();
  std::erase_if(*names, [](const std::string& name) { return !part_of_log(name); });
  std::uint64_t bytes = 0;
  for (const std::string& name : *names) {
    const auto size = files_.size(from + "/" + name);
    if (!size) return size.error();
    made_.manifest.files.push_back({"log/" + name, *size, {}});
    bytes += *size;
  }
  files_.expect(bytes);
  if (auto made = files_.make_folder(partial() + "/log"); !made) return made;
  if (auto dropped = drop_strangers(*names); !dropped) return dropped;
  bytes = 0;
  for (std::size_t i = 0; i < names->size(); ++i) {
    BackupFile& file = made_.manifest.files[i];
    auto sum = take((*names)[i], from + "/" + (*names)[i], file.size);
    if (!sum) return sum.error();
    file.sha256 = *sum;
    files_.reached(bytes += file.size);
  }
  return {};
}

Result<Hash> Making::take(const std::string& name, const std::string& from, std::uint64_t size) {
  if (never_written_again(name)) return share(name, from, size);
  return files_.copy(from, partial() + "/log/" + name);
}

Result<Hash> Making::share(const std::string& name, const std::string& from, std::uint64_t size) {
  const std::string to = partial() + "/log/" + name;
  const auto before = known(name, size);
  if (before && files_.same(from, before->path) && put_link(from, to, size)) return before->sha256;
  if (!before && !files_.exists(to) && !put_link(from, to, size)) return files_.copy(from, to);

  const auto sum = files_.hash(from);
  if (!sum) return sum.error();
  if (before && before->sha256 == *sum && put_link(before->path, to, size)) return *sum;
  if (files_.same(from, to)) return *sum;
  if (files_.exists(to)) {  // of the one that was interrupted
    const auto there = files_.hash(to);
    if (there && *there == *sum) return *sum;
    if (!there && there.error().code == ErrorCode::stopping) return there.error();
  }
  if (put_link(from, to, size)) return *sum;
  return files_.copy(from, to);
}

bool Making::put_link(const std::string& from, const std::string& to, std::uint64_t size) {
  if (!files_.same(from, to)) {
    if (files_.exists(to) && !files_.remove(to)) return false;
    if (!files_.link(from, to)) return false;
  }
  made_.linked += size;
  return true;
}

// An interrupted one may have files that the log has no more; RocksDB would read some of them.
Result<void> Making::drop_strangers(const std::vector<std::string>& names) {
  const auto there = files_.files_in(partial() + "/log");
  if (!there) return there.error();
  for (const std::string& name : *there) {
    if (std::ranges::binary_search(names, name)) continue;
    if (auto gone = files_.remove(partial() + "/log/" + name); !gone) return gone;
  }
  return {};
}

Result<void> Making::add_acked() {
  const std::string path = partial() + "/log.acked";
  if (files_.exists(path)) {
    if (auto gone = files_.remove(path); !gone) return gone;
  }
  {
    const auto acked = AckedFile::open(path, files_.env(), made_.manifest.head);
    if (!acked) return acked.error();
  }
  const auto size = files_.size(path);
  if (!size) return size.error();
  const auto sum = files_.hash(path);
  if (!sum) return sum.error();
  made_.manifest.files.push_back({"log.acked", *size, *sum});
  return {};
}

Result<void> Making::publish() {
  if (auto synced = files_.sync_folder(partial() + "/log"); !synced) return synced;
  const std::string manifest = encode_manifest(made_.manifest);
  if (auto put = files_.write(partial() + "/" + kManifestName, manifest); !put) return put;
  if (auto synced = files_.sync_folder(partial()); !synced) return synced;
  const std::string whole = options_.repository + "/" + made_.id;
  if (auto renamed = files_.rename(partial(), whole); !renamed) return renamed;
  return files_.sync_folder(options_.repository);
}

// A log that lost something is not to push out the backups that have it.
Result<void> hold_against_acked(const Log& log, const std::string& data, rocksdb::Env* env) {
  const auto acked = AckedFile::read(data + "/log.acked", env);
  if (!acked) return acked.error();
  const Position head = log.head().position;
  const Position said = *acked ? (*acked)->position : Position();
  if (!*acked && head > Position()) {
    return Error{ErrorCode::corrupt, data +
                                         "/log.acked is missing, so it is not known whether the "
                                         "log is whole; `syncline log verify` says more"};
  }
  if (said <= head) return {};
  return Error{ErrorCode::acked_ahead,
               "events " + std::to_string(head.next().value) + " to " + std::to_string(said.value) +
                   " were acknowledged and are not in " + data +
                   "/log; restore the backup that has them instead of making this one"};
}

}  // namespace

Result<BackupMade> back_up_folder(const std::string& data, const BackupOptions& options) {
  const std::string path = data + "/log";
  if (!Log::exists(path, options.env)) {
    return Error{ErrorCode::not_found,
                 "there is no log in " + data + "; name the folder that a server was given"};
  }
  FolderLock lock(or_default(options.env));
  if (auto locked = lock.take(path); !locked) return locked.error();
  const auto log = Log::open({.path = path, .env = options.env, .read_only = true});
  if (!log) return log.error();
  if (auto held = hold_against_acked(**log, data, options.env); !held) return held.error();
  Making making(options);
  if (auto begun = making.begin(); !begun) return begun.error();
  return making.make(path, **log);
}

Result<BackupMade> back_up_log(const Log& log, const std::string& data,
                               const BackupOptions& options) {
  Making making(options);
  if (auto begun = making.begin(); !begun) return begun.error();
  forget_interrupted(data, options.env);
  const std::string links = std::filesystem::absolute(data).string() + "/" + kLinksName;
  const std::shared_ptr<void> unlinked(nullptr,
                                       [&](void*) { forget_interrupted(data, options.env); });
  const Position acknowledged = log.head().position;
  if (auto linked = log.checkpoint(links); !linked) return linked.error();
  const auto then = Log::open({.path = links, .env = options.env, .read_only = true});
  if (!then) return then.error();
  SYNCLINE_CHECK((*then)->head().position >= acknowledged);
  return making.make(links, **then);
}

void forget_interrupted(const std::string& data, rocksdb::Env* env) {
  BackupFiles files(env, {});
  for (const char* suffix : {"", ".tmp"}) {  // RocksDB's, while it makes them
    static_cast<void>(files.remove_folder(data + "/" + kLinksName + suffix));
  }
}

}  // namespace syncline
