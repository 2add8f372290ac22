// Lines to stdout, or to a file that appears under its name only when it is whole: until then it is
// NAME.part, which one process at a time writes (flock(2)). Where NAME is a link, what it points to
// is written; what is there and is no regular file is never replaced. One thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

// Where a file of this name lies, behind all links. `invalid`: it is no regular file.
Result<std::string> written_file(std::string path);

// A small file, replaced whole and on disk, or left as it was. Error: io.
Result<void> replace_file(const std::string& path, std::string_view text);

class WholeFile {
 public:
  // "": stdout. `go_on`: the part is there, and is kept up to so many bytes. Errors: locked
  // (another process writes it), invalid (written_file()), corrupt (the part is missing or
  // shorter), io.
  static Result<std::unique_ptr<WholeFile>> open(const std::string& path,
                                                 std::optional<std::uint64_t> go_on = {});
  ~WholeFile();  // without finish() nothing is left, unless leave_part()
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  Result<void> write(std::string_view text);
  Result<void> sync();  // what was written is on disk
  Result<void> finish();
  void leave_part() { part_stays_ = true; }

 private:
  explicit WholeFile(std::string path) : path_(std::move(path)) {}
  std::string part() const { return path_ + ".part"; }
  Result<void> open_part(std::optional<std::uint64_t> go_on);
  Result<void> lock_part(bool make);
  Error fault() const;

  const std::string path_;
  int part_fd_ = -1;  // file_'s, once there is one
  std::FILE* file_ = nullptr;
  bool part_stays_ = false;
};

}  // namespace syncline
