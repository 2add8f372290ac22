// Whole files for backups: hashed, copied, linked, removed, through the file system that was handed
// in. A file under its own name is whole and on disk: it is written beside it first. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/sha256.h"
#include "schemas/types.h"

namespace rocksdb {
class Env;
}

namespace syncline {

struct BytesDone {
  std::uint64_t done = 0;  // of all files, linked ones too
  std::uint64_t of = 0;
  std::uint64_t read = 0;  // by this piece
};
// Called after each piece of a file; false ends the work with `stopping`.
using ShowBytes = std::function<bool(const BytesDone&)>;
// Called after each event, with the size of its frame; the same.
using ShowEvents = std::function<bool(Position done, Position of, std::size_t bytes)>;

class BackupFiles {
 public:
  // `env`: nullptr is the operating system's. `show` may be empty.
  BackupFiles(rocksdb::Env* env, ShowBytes show);

  void expect(std::uint64_t bytes) { bytes_ = {0, bytes, 0}; }
  // So many are done, whether they were read, linked, or read twice.
  void reached(std::uint64_t bytes) { bytes_.done = bytes; }

  Result<Hash> hash(const std::string& path);
  // What it has read, by its hash.
  Result<Hash> copy(const std::string& from, const std::string& to);
  // False where the file system has no link between the two.
  bool link(const std::string& from, const std::string& to);

  bool exists(const std::string& path) const;
  bool same(const std::string& one, const std::string& other) const;  // one file by two names
  Result<std::uint64_t> size(const std::string& path) const;
  // Names of a folder's files, without its folders, sorted.
  Result<std::vector<std::string>> files_in(const std::string& folder) const;
  Result<std::vector<std::string>> folders_in(const std::string& folder) const;

  Result<void> make_folder(const std::string& path);  // with those above it
  Result<void> write(const std::string& path, std::string_view bytes);
  Result<std::string> read(const std::string& path) const;
  Result<void> rename(const std::string& from, const std::string& to);
  Result<void> remove(const std::string& path);  // a file
  // With all in it; it may be missing, or a file.
  Result<void> remove_folder(const std::string& path);
  // The names in it are on disk.
  Result<void> sync_folder(const std::string& path);

  rocksdb::Env* env() const { return env_; }

 private:
  using EachPiece = std::function<Result<void>(std::string_view)>;
  Result<Hash> walk(const std::string& path, const EachPiece& each);
  Result<std::vector<std::string>> names_in(const std::string& folder, bool folders) const;

  rocksdb::Env* const env_;
  const ShowBytes show_;
  BytesDone bytes_;
};

}  // namespace syncline
