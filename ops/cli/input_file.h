// The file of an export, read in pieces from its beginning to its end; zstd is undone on the way,
// known by its first bytes. Memory is bounded whatever is in it. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/operators/export_reader.h"
#include "engine/error.h"

namespace syncline {

class InputFile {
 public:
  struct Place {
    std::uint64_t read = 0;  // bytes of the file itself
    std::uint64_t size = 0;
  };

  explicit InputFile(std::string path) : path_(std::move(path)) {}

  // Once. Errors: not_found, io, invalid (damaged or cut zstd), or that of the reader. Each names
  // the file.
  Result<void> read(ExportReader& reader);
  // How far it has come.
  Place place() const { return place_; }

 private:
  Error named(const Error& error) const { return {error.code, path_ + ": " + error.message}; }

  const std::string path_;
  Place place_;
};

}  // namespace syncline
