#include "engine/backup/files.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <rocksdb/env.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"

namespace syncline {
namespace {

constexpr std::size_t kPieceBytes = limits::kMiB;

}  // namespace

BackupFiles::BackupFiles(rocksdb::Env* env, ShowBytes show)
    : env_(or_default(env)), show_(std::move(show)) {}

Result<Hash> BackupFiles::walk(const std::string& path, const EachPiece& each) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  auto status = env_->NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (!status.ok()) return rocks_error(status, "opening", path);
  const auto memory = std::make_unique<char[]>(kPieceBytes);
  Sha256 sum;
  while (true) {
    rocksdb::Slice piece;
    status = file->Read(kPieceBytes, &piece, memory.get());
    if (!status.ok()) return rocks_error(status, "reading", path);
    if (piece.empty()) return sum.finish();
    sum.update(view(piece));
    if (auto taken = each(view(piece)); !taken) return taken.error();
    bytes_.done = std::min(bytes_.done + piece.size(), bytes_.of);
    bytes_.read = piece.size();
    if (show_ && !show_(bytes_)) {
      return Error{ErrorCode::stopping, "stopped at " + path + "; the same command goes on"};
    }
  }
}

Result<Hash> BackupFiles::hash(const std::string& path) {
  return walk(path, [](std::string_view) { return Result<void>(); });
}

Result<Hash> BackupFiles::copy(const std::string& from, const std::string& to) {
  const std::string fresh = to + ".part";
  rocksdb::EnvOptions steady;
  steady.bytes_per_sync = kPieceBytes;  // a large file at once would hold up the log's own syncs
  std::unique_ptr<rocksdb::WritableFile> file;
  auto status = env_->NewWritableFile(fresh, &file, steady);
  if (!status.ok()) return rocks_error(status, "creating", fresh);
  auto sum = walk(from, [&](std::string_view piece) -> Result<void> {
    if (const auto put = file->Append(slice(piece)); !put.ok()) {
      return rocks_error(put, "writing", fresh);
    }
    return {};
  });
  if (!sum) return sum.error();
  status = file->Sync();
  if (status.ok()) status = file->Close();
  if (!status.ok()) return rocks_error(status, "writing", fresh);
  if (auto renamed = rename(fresh, to); !renamed) return renamed.error();
  return sum;
}

bool BackupFiles::link(const std::string& from, const std::string& to) {
  return env_->LinkFile(from, to).ok();
}

bool BackupFiles::exists(const std::string& path) const { return env_->FileExists(path).ok(); }

bool BackupFiles::same(const std::string& one, const std::string& other) const {
  bool same = false;
  return env_->AreFilesSame(one, other, &same).ok() && same;
}

Result<std::uint64_t> BackupFiles::size(const std::string& path) const {
  std::uint64_t size = 0;
  const auto status = env_->GetFileSize(path, &size);
  if (!status.ok()) return rocks_error(status, "looking at", path);
  return size;
}

Result<std::vector<std::string>> BackupFiles::names_in(const std::string& folder,
                                                       bool folders) const {
  std::vector<std::string> names;
  const auto status = env_->GetChildren(folder, &names);
  if (status.IsNotFound()) return Error{ErrorCode::not_found, "there is no folder " + folder};
  if (!status.ok()) return rocks_error(status, "looking into", folder);
  // Not by rocksdb::Env, which opens each to see what it is: that gives up the lock on a LOCK.
  std::erase_if(names, [&](const std::string& name) {
    std::error_code gone;
    const auto what = std::filesystem::status(folder + "/" + name, gone);
    return name == "." || name == ".." || !std::filesystem::exists(what) ||
           std::filesystem::is_directory(what) != folders;
  });
  std::ranges::sort(names);
  return names;
}

Result<std::vector<std::string>> BackupFiles::files_in(const std::string& folder) const {
  return names_in(folder, false);
}

Result<std::vector<std::string>> BackupFiles::folders_in(const std::string& folder) const {
  return names_in(folder, true);
}

Result<void> BackupFiles::make_folder(const std::string& path) {
  std::error_code fault;
  // What was said is nobody else's to read. A folder that is there already keeps its mode.
  if (std::filesystem::create_directories(path, fault)) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, fault);
  }
  if (!fault) return {};
  return Error{ErrorCode::io,
               "the folder " + path + " cannot be made: " + fault.message() + "; choose another"};
}

Result<void> BackupFiles::write(const std::string& path, std::string_view bytes) {
  const std::string fresh = path + ".part";
  const auto status = rocksdb::WriteStringToFile(env_, slice(bytes), fresh, /*should_sync=*/true);
  if (!status.ok()) return rocks_error(status, "writing", fresh);
  return rename(fresh, path);
}

Result<std::string> BackupFiles::read(const std::string& path) const {
  std::string bytes;
  const auto status = rocksdb::ReadFileToString(env_, path, &bytes);
  if (!status.ok()) return rocks_error(status, "reading", path);
  return bytes;
}

Result<void> BackupFiles::rename(const std::string& from, const std::string& to) {
  const auto status = env_->RenameFile(from, to);
  if (!status.ok()) return rocks_error(status, "renaming", from);
  return {};
}

Result<void> BackupFiles::remove(const std::string& path) {
  const auto status = env_->DeleteFile(path);
  if (!status.ok()) return rocks_error(status, "deleting", path);
  return {};
}

Result<void> BackupFiles::remove_folder(const std::string& path) {
  std::error_code fault;
  std::filesystem::remove_all(path, fault);  // follows no link out of it
  if (fault) return Error{ErrorCode::io, "deleting " + path + " failed: " + fault.message()};
  return {};
}

Result<void> BackupFiles::sync_folder(const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  auto status = env_->NewDirectory(path, &folder);
  if (status.ok()) status = folder->Fsync();
  if (!status.ok()) return rocks_error(status, "syncing", path);
  return {};
}

}  // namespace syncline
