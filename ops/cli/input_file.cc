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

Result<void> InputFile::read(const Piece& piece, const End& end) const {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path_.c_str(), "rbe"),
                                                                &std::fclose);
  struct stat about {};
  if (file == nullptr || ::fstat(::fileno(file.get()), &about) != 0) {
    return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                 path_ + " cannot be read: " + std::strerror(errno)};
  }
  Place place{0, static_cast<std::uint64_t>(about.st_size)};
  std::optional<ZstdReader> zstd;
  std::vector<char> buffer(kPieceBytes);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    const std::string_view bytes(buffer.data(), got);
    if (place.read == 0 && bytes.starts_with(kZstdMagic)) zstd.emplace();
    place.read += got;
    const auto plain = [&](std::string_view out) { return piece(out, place); };
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
  if (auto ended = end(); ended.has_error()) return named(ended.error());
  return {};
}

}  // namespace syncline
