// zstd (RFC 8878) as files are written and read: in pieces, with bounded memory whatever the bytes
// say. A file may be several frames behind each other, each with its checksum. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/error.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace syncline {

// What every zstd frame begins with.
inline constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

class ZstdWriter {
 public:
  ZstdWriter();
  ~ZstdWriter();

  void add(std::string_view plain, std::string& out);
  // What was added can be read from what is written; the next bytes begin a new frame.
  void end_frame(std::string& out);

 private:
  void compress(std::string_view plain, bool last, std::string& out);

  ZSTD_CCtx_s* const context_;
};

class ZstdReader {
 public:
  using Plain = std::function<Result<void>(std::string_view)>;

  ZstdReader();
  ~ZstdReader();

  // `invalid`: it is no zstd, or damaged, or wants more memory than an export needs; an error of
  // `plain`.
  Result<void> take(std::string_view compressed, const Plain& plain);
  // There is no more. `invalid`: it is cut.
  Result<void> end() const;

 private:
  ZSTD_DCtx_s* const context_;
  std::string out_;
  bool in_frame_ = false;
};

}  // namespace syncline
