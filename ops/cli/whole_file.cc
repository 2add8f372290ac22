#include "ops/cli/whole_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace syncline {

Result<std::unique_ptr<WholeFile>> WholeFile::open(std::string path) {
  std::unique_ptr<WholeFile> made(new WholeFile(std::move(path)));
  made->file_ = made->path_.empty() ? stdout : std::fopen(made->part().c_str(), "wbe");
  if (made->file_ == nullptr) return made->fault();
  return made;
}

WholeFile::~WholeFile() {
  if (path_.empty() || file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(part().c_str());
}

Result<void> WholeFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return fault();
  // Who reads stdout reads it as it comes.
  if (path_.empty() && text.ends_with('\n') && std::fflush(file_) != 0) return fault();
  return {};
}

Result<void> WholeFile::finish() {
  if (std::fflush(file_) != 0) return fault();
  if (path_.empty()) return {};
  const bool synced = ::fsync(::fileno(file_)) == 0;
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!synced || !closed || std::rename(part().c_str(), path_.c_str()) != 0) return fault();
  return {};
}

Error WholeFile::fault() const {
  return {ErrorCode::io,
          (path_.empty() ? "stdout" : path_) + " could not be written: " + std::strerror(errno)};
}

}  // namespace syncline
