#include "ops/cli/zstd_stream.h"

#include <zstd.h>

namespace syncline {
namespace {

// How far back a frame may refer: what the writer's level needs, and all that a reader gives.
constexpr int kWindowLog = 23;

}  // namespace

ZstdWriter::ZstdWriter() : context_(ZSTD_createCCtx()) {
  SYNCLINE_CHECK(context_ != nullptr);
  ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, ZSTD_CLEVEL_DEFAULT);
  ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
}

ZstdWriter::~ZstdWriter() { ZSTD_freeCCtx(context_); }

void ZstdWriter::add(std::string_view plain, std::string& out) { compress(plain, false, out); }

void ZstdWriter::end_frame(std::string& out) { compress({}, true, out); }

void ZstdWriter::compress(std::string_view plain, bool last, std::string& out) {
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  while (true) {
    const std::size_t before = out.size();
    out.resize(before + ZSTD_CStreamOutSize());
    ZSTD_outBuffer room{out.data() + before, out.size() - before, 0};
    const std::size_t left =
        ZSTD_compressStream2(context_, &room, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    SYNCLINE_CHECK(!ZSTD_isError(left));  // memory alone
    out.resize(before + room.pos);
    if (last ? left == 0 : in.pos == in.size) return;
  }
}

ZstdReader::ZstdReader() : context_(ZSTD_createDCtx()), out_(ZSTD_DStreamOutSize(), '\0') {
  SYNCLINE_CHECK(context_ != nullptr);
  ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLog);
}

ZstdReader::~ZstdReader() { ZSTD_freeDCtx(context_); }

Result<void> ZstdReader::take(std::string_view compressed, const Plain& plain) {
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  bool full = false;  // there may be more to come out, with nothing more to go in
  while (in.pos < in.size || full) {
    ZSTD_outBuffer room{out_.data(), out_.size(), 0};
    const std::size_t left = ZSTD_decompressStream(context_, &room, &in);
    if (ZSTD_isError(left)) {
      return Error{ErrorCode::invalid, std::string("the compressed file is damaged, or no zstd: ") +
                                           ZSTD_getErrorName(left)};
    }
    in_frame_ = left != 0;
    full = room.pos == room.size;
    if (room.pos == 0) continue;
    if (auto taken = plain({out_.data(), room.pos}); taken.has_error()) return taken;
  }
  return {};
}

Result<void> ZstdReader::end() const {
  if (!in_frame_) return {};
  return Error{ErrorCode::invalid, "the compressed file is cut"};
}

}  // namespace syncline
