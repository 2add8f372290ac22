#include "ops/cli/input_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include <sys/stat.h>

#include "engine/limits.h"
#include "ops/cli/zstd_stream.h"

namespace syncline {
namespace {

constexpr std::size_t kPieceBytes = 256 * limits::kKiB;

}  // namespace

Result<void> InputFile::read(ExportReader& reader) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path_.c_str(), "rbe"),
                                                                &std::fclose);
  struct stat about {};
  if (file == nullptr || ::fstat(::fileno(file.get()), &about) != 0) {
    return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                 path_ + " cannot be read: " + std::strerror(errno)};
  }
  place_ = {0, static_cast<std::uint64_t>(about.st_size)};
  std::optional<ZstdReader> zstd;
  const auto plain = [&reader](std::string_view bytes) { return reader.take(bytes); };
  std::vector<char> buffer(kPieceBytes);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    const std::string_view bytes(buffer.data(), got);
    if (place_.read == 0 && bytes.starts_with(kZstdMagic)) zstd.emplace();
    place_.read += got;
    if (auto taken = zstd ? zstd->take(bytes, plain) : plain(bytes); taken.has_error()) {
      return named(taken.error());
    }
  }
  if (std::ferror(file.get()) != 0) {
    return Error{ErrorCode::io, path_ + " cannot be read: " + std::strerror(errno)};
  }
  if (auto ended = zstd ? zstd->end() : Result<void>(); ended.has_error()) {
    return named(ended.error());
  }
  if (auto ended = reader.end(); ended.has_error()) return named(ended.error());
  return {};
}

}  // namespace syncline
