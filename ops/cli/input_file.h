// A file read in pieces from its beginning to its end; zstd is undone on the way, known by its
// first bytes. Memory is bounded whatever is in it. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

class InputFile {
 public:
  // Gets the plain bytes, then how far the reading of the file is.
  struct Place {
    std::uint64_t read = 0;  // bytes of the file itself
    std::uint64_t size = 0;
  };
  using Piece = std::function<Result<void>(std::string_view bytes, Place place)>;
  using End = std::function<Result<void>()>;

  explicit InputFile(std::string path) : path_(std::move(path)) {}

  // `end`: there is no more. Errors: not_found, io, invalid (damaged or cut zstd), or that of
  // `piece` or `end`. Each names the file.
  Result<void> read(const Piece& piece, const End& end) const;

 private:
  Error named(const Error& error) const { return {error.code, path_ + ": " + error.message}; }

  const std::string path_;
};

}  // namespace syncline
