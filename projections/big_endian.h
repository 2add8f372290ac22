// Numbers inside keys: big-endian, so that the order of the bytes is the order of the numbers. A
// signed number (a time) has its sign bit flipped, so that what is before 1970 comes first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

inline void append_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

// Requires 8 bytes.
inline std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

inline void append_ordered_time(std::string& out, Time time) {
  append_big_endian(out, static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ kSignBit);
}

// Requires 8 bytes.
inline Time read_ordered_time(std::string_view bytes) {
  return Time(Duration(static_cast<std::int64_t>(read_big_endian(bytes) ^ kSignBit)));
}

}  // namespace syncline
