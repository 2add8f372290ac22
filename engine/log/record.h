// One event as it lies in the log: a header of fixed layout, then the FlatBuffers body. This file
// holds every constant of that layout; docs/log-format.md is its prose. All numbers little-endian.
//
//   0   crc32c         u32   of every byte behind it
//   4   body_size      u32
//   8   position       u64   local: not hashed
//   16  append_time    i64   local: not hashed, µs
//   24  previous_hash  32    hash of this origin's event before        ┐
//   56  origin         16                                              │
//   72  incarnation    u32                                             │
//   76  sequence       u64                                             │
//   84  hlc            u64                                             │ hash = SHA-256
//   92  received_time  i64   µs                                        │ of these bytes
//   100 merge_stamp    i64   µs                                        │
//   108 base           28    origin, incarnation, sequence; zero: none │
//   136 flags          u32                                             │
//   140 body_hash      32    SHA-256(body)                             ┘
//   172 hash           32
//   204 body
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/sha256.h"
#include "schemas/body.h"

namespace syncline {

namespace frame_layout {
inline constexpr std::size_t kCrc = 0;
inline constexpr std::size_t kBodySize = kCrc + 4;
inline constexpr std::size_t kPosition = kBodySize + 4;
inline constexpr std::size_t kAppendTime = kPosition + 8;
inline constexpr std::size_t kPreviousHash = kAppendTime + 8;
inline constexpr std::size_t kOrigin = kPreviousHash + 32;
inline constexpr std::size_t kIncarnation = kOrigin + OriginId::kSize;
inline constexpr std::size_t kSequence = kIncarnation + 4;
inline constexpr std::size_t kHlc = kSequence + 8;
inline constexpr std::size_t kReceivedTime = kHlc + 8;
inline constexpr std::size_t kMergeStamp = kReceivedTime + 8;
inline constexpr std::size_t kBase = kMergeStamp + 8;
inline constexpr std::size_t kFlags = kBase + OriginId::kSize + 4 + 8;
inline constexpr std::size_t kBodyHash = kFlags + 4;
inline constexpr std::size_t kHash = kBodyHash + 32;
inline constexpr std::size_t kBody = kHash + 32;
}  // namespace frame_layout

inline constexpr std::uint32_t kFlagClockSkewed = 1u << 0;  // the claim was over 60 s in the future

struct RecordHeader {
  Position position;
  Time append_time;
  Hash previous_hash{};
  EventName name;
  Hlc hlc;
  Time received_time;
  Time merge_stamp;
  EventName base;  // what the write was based on; empty: none
  std::uint32_t flags = 0;
  Hash body_hash{};
  Hash hash{};  // set by append_frame

  bool clock_skewed() const { return (flags & kFlagClockSkewed) != 0; }
};

// An event as readers and folds see it; the body's texts point into the frame.
struct Event {
  RecordHeader header;
  EventBody body;
};

// What stands before the body in a frame; sets header.hash. Requires header.body_hash.
using FrameHead = std::array<char, frame_layout::kBody>;
FrameHead frame_head(RecordHeader& header, std::string_view body);
// The whole frame, appended to `out`.
void append_frame(RecordHeader& header, std::string_view body, std::string& out);

// What is wrong with these bytes ("size", "checksum", "body", "hash", "body hash"); nullptr:
// nothing. `checksum` finds what a disk did; `everything` also what a person did, but for the
// chain, which is the reader's to follow.
enum class FrameCheck { checksum, everything };
const char* frame_fault(std::string_view frame, FrameCheck check);

// Header and body bytes of a frame without fault in its size.
std::optional<RecordHeader> decode_header(std::string_view frame);
std::string_view frame_body(std::string_view frame);

// A frame that frame_fault() found nothing wrong with, or that this process has just built.
Event decode_frame(std::string_view frame);

// CRC-32C (Castagnoli, RFC 3720), by the processor's instruction where it has one. `before`: of the
// bytes ahead of these.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace syncline
