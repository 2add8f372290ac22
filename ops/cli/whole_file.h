// Lines to stdout, or to a file that appears under its name only when it is whole (until then it is
// NAME.part). One thread.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

class WholeFile {
 public:
  // "": stdout.
  static Result<std::unique_ptr<WholeFile>> open(std::string path);
  ~WholeFile();  // without finish() nothing is left
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  Result<void> write(std::string_view text);
  Result<void> finish();

 private:
  explicit WholeFile(std::string path) : path_(std::move(path)) {}
  std::string part() const { return path_ + ".part"; }
  Error fault() const;

  const std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace syncline
