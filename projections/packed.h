// Numbers and texts packed into a value, and read back: little-endian, texts with their size
// (LEB128) in front. Values are written by this program alone, so that one that ends early is a
// broken invariant.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "projections/write_rank.h"

namespace syncline {

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  void u8(std::uint8_t v) { out_ += static_cast<char>(v); }
  void u32(std::uint32_t v) { fixed(v, 4); }
  void u64(std::uint64_t v) { fixed(v, 8); }
  void time(Time t) { u64(static_cast<std::uint64_t>(t.time_since_epoch().count())); }
  void real(double v) { u64(std::bit_cast<std::uint64_t>(v)); }
  void size(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) u8(static_cast<std::uint8_t>(v | 0x80));
    u8(static_cast<std::uint8_t>(v));
  }
  void bytes(std::string_view b) { out_ += b; }
  void text(std::string_view t) {
    size(t.size());
    bytes(t);
  }
  void rank(const WriteRank& r) {
    time(r.merge_stamp);
    u64(r.hlc.value);
    bytes({r.name.origin.bytes.data(), OriginId::kSize});
    u32(r.name.incarnation);
    u64(r.name.sequence.value);
  }

 private:
  void fixed(std::uint64_t v, int size) {
    for (int i = 0; i < size; ++i) out_ += static_cast<char>(v >> (8 * i));
  }
  std::string& out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(bytes(1)[0]); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() { return fixed(8); }
  Time time() { return Time(Duration(static_cast<std::int64_t>(u64()))); }
  double real() { return std::bit_cast<double>(u64()); }
  std::uint64_t size() {
    std::uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
      SYNCLINE_CHECK(shift < 64);
      const std::uint64_t byte = u8();
      v |= (byte & 0x7f) << shift;
      if (byte < 0x80) return v;
    }
  }
  std::string_view bytes(std::size_t n) {
    SYNCLINE_CHECK(n <= in_.size());
    const std::string_view out = in_.substr(0, n);
    in_.remove_prefix(n);
    return out;
  }
  std::string_view text() { return bytes(size()); }
  std::string_view rest() { return in_; }
  WriteRank rank() {
    WriteRank r;
    r.merge_stamp = time();
    r.hlc = Hlc(u64());
    const std::string_view origin = bytes(OriginId::kSize);
    std::copy(origin.begin(), origin.end(), r.name.origin.bytes.begin());
    r.name.incarnation = u32();
    r.name.sequence = Sequence(u64());
    return r;
  }

 private:
  std::uint64_t fixed(int size) {
    const std::string_view b = bytes(size);
    std::uint64_t v = 0;
    for (int i = 0; i < size; ++i) v |= std::uint64_t{static_cast<std::uint8_t>(b[i])} << (8 * i);
    return v;
  }
  std::string_view in_;
};

}  // namespace syncline
