#include "ops/cli/whole_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace syncline {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 40;  // as the kernel

Error unwritten(const std::string& path) {
  return {ErrorCode::io,
          path + " could not be written: " + std::strerror(errno) + "; choose another file"};
}

// Whether the name is still that of the open file: who had it before may have renamed it.
bool names(const std::string& path, int fd) {
  struct stat named {
  }, open{};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(fd, &open) == 0 &&
         named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

}  // namespace

Result<std::string> written_file(std::string path) {
  std::error_code fault;
  const auto what = fs::status(path, fault);
  if (fs::is_directory(what)) {
    return Error{ErrorCode::invalid, path + " is a folder; name a file in it"};
  }
  if (fs::exists(what) && !fs::is_regular_file(what)) {
    return Error{ErrorCode::invalid,
                 path +
                     " is a device or a pipe, and only a file is written whole; "
                     "write to stdout (--to-stdout, or no --output) and "
                     "redirect that: > " +
                     path};
  }
  for (int links = 0; links < kLinksMax && fs::is_symlink(fs::symlink_status(path, fault));
       ++links) {
    const fs::path to = fs::read_symlink(path, fault);
    if (fault) break;
    path = (fs::path(path).parent_path() / to).string();
  }
  return path;
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  std::FILE* file = std::fopen(fresh.c_str(), "wbe");
  const bool written = file != nullptr &&
                       std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                       std::fflush(file) == 0 && ::fdatasync(::fileno(file)) == 0;
  const Error error = unwritten(path);
  if (file != nullptr) std::fclose(file);  // all of it is on disk, or it is given up
  if (written && std::rename(fresh.c_str(), path.c_str()) == 0) return {};
  const Error renaming = unwritten(path);
  ::unlink(fresh.c_str());
  return written ? renaming : error;
}

Result<std::unique_ptr<WholeFile>> WholeFile::open(const std::string& path,
                                                   std::optional<std::uint64_t> go_on) {
  if (path.empty()) {
    std::unique_ptr<WholeFile> made(new WholeFile(path));
    made->file_ = stdout;
    return made;
  }
  auto file = written_file(path);
  if (file.has_error()) return file.error();
  std::unique_ptr<WholeFile> made(new WholeFile(std::move(*file)));
  if (auto opened = made->open_part(go_on); opened.has_error()) return opened.error();
  return made;
}

// Somebody else's part is left as it is.
Result<void> WholeFile::lock_part(bool make) {
  do {
    if (part_fd_ >= 0) ::close(part_fd_);
    part_fd_ = ::open(part().c_str(), O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0666);
    if (part_fd_ < 0 && errno == ENOENT && !make) {
      return Error{ErrorCode::corrupt, part() + " is not there any more; begin anew"};
    }
    if (part_fd_ < 0) return fault();
    if (::flock(part_fd_, LOCK_EX | LOCK_NB) != 0) {
      const Error held{ErrorCode::locked, part() +
                                              " is being written by another process; wait for it, "
                                              "or choose another file"};
      const bool locked = errno == EWOULDBLOCK;
      const Error error = locked ? held : fault();
      ::close(std::exchange(part_fd_, -1));
      return error;
    }
  } while (!names(part(), part_fd_));
  return {};
}

Result<void> WholeFile::open_part(std::optional<std::uint64_t> go_on) {
  if (auto locked = lock_part(!go_on); locked.has_error()) return locked;
  const auto size = static_cast<off_t>(go_on.value_or(0));
  struct stat there {};
  if (::fstat(part_fd_, &there) != 0) return fault();
  if (there.st_size < size) {
    part_stays_ = true;
    return Error{ErrorCode::corrupt, part() + " is shorter than it was; begin anew"};
  }
  if (::ftruncate(part_fd_, size) != 0 || ::lseek(part_fd_, 0, SEEK_END) < 0) return fault();
  file_ = ::fdopen(part_fd_, "r+b");
  return file_ == nullptr ? fault() : Result<void>();
}

WholeFile::~WholeFile() {
  if (path_.empty() || part_fd_ < 0) return;
  if (!part_stays_) ::unlink(part().c_str());  // before the lock goes
  if (file_ != nullptr) {
    std::fclose(file_);
  } else {
    ::close(part_fd_);
  }
}

Result<void> WholeFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return fault();
  // Who reads stdout reads it as it comes.
  if (path_.empty() && text.ends_with('\n') && std::fflush(file_) != 0) return fault();
  return {};
}

Result<void> WholeFile::sync() {
  if (std::fflush(file_) != 0 || ::fdatasync(part_fd_) != 0) return fault();
  return {};
}

Result<void> WholeFile::finish() {
  if (std::fflush(file_) != 0) return fault();
  if (path_.empty()) return {};
  if (::fsync(part_fd_) != 0 || std::rename(part().c_str(), path_.c_str()) != 0) return fault();
  part_stays_ = true;  // under its name
  const fs::path folder = fs::path(path_).parent_path();
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const Error unsynced = fault();
  if (fd >= 0) ::close(fd);
  if (!synced) return unsynced;
  return {};
}

Error WholeFile::fault() const { return unwritten(path_.empty() ? "stdout" : path_); }

}  // namespace syncline
