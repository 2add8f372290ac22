// Frames of one log, alone in a file or on a wire: what `log export --format frames` writes
// (docs/log-format.md). All numbers little-endian.
//
//   head    magic 8 "SLFRAMES", version u32, node 16 and identity 40 (both zero padded), from u64,
//           to u64, crc32c u32 of the 84 bytes before it
//   record  size u32 of the frame, flags u8 (bit 0: the producer gave the id), the frame
//   end     size u32 = 0, flags u8 = 0, records u64, crc32c u32 of everything before it
//
// The frames are those of the positions from..to that were asked for, in order; with a filter, some
// of them. A file without its end is not whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

struct FrameFileHead {
  LogName log;
  Position from;  // inclusive, both
  Position to;
};

inline constexpr std::string_view kFrameFileMagic = "SLFRAMES";

// Appends the pieces to `out` in their order. Pure; may go on where another one ended.
class FrameFileWriter {
 public:
  struct State {
    std::uint64_t records = 0;
    std::uint32_t crc = 0;
    bool operator==(const State&) const = default;
  };
  FrameFileWriter() = default;
  explicit FrameFileWriter(State state) : state_(state) {}

  void head(const FrameFileHead& head, std::string& out);
  void record(std::string_view frame, bool id_given, std::string& out);
  void end(std::string& out);
  State state() const { return state_; }

 private:
  void seal(std::string& out, std::size_t begin);

  State state_;
};

// Who takes frames as they are read: of which log they are, once and first, then each of them as it
// came. An error of theirs ends the reading and is its answer.
struct FrameSink {
  std::function<Result<void>(const FrameFileHead&)> head;
  std::function<Result<void>(std::string_view frame, bool id_given)> event;
};

// Takes the bytes in pieces, as they come. Nothing in a frame is checked but its size.
class FrameFileReader {
 public:
  explicit FrameFileReader(FrameSink sink) : sink_(std::move(sink)) {}

  // `invalid`: these are no frames, or they are damaged; `newer_format`; an error of the sink.
  Result<void> take(std::string_view bytes);
  // There is no more. `invalid`: they are cut.
  Result<void> end() const;

 private:
  enum class Part { head, record, done };

  Result<void> take_head(std::string_view bytes);
  Result<void> take_end(std::string_view bytes);
  Result<std::size_t> take_record(std::string_view bytes);
  Result<std::size_t> step(std::string_view bytes);

  const FrameSink sink_;
  Part part_ = Part::head;
  std::string pending_;
  std::uint64_t records_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace syncline
