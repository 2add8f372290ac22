// The key of the history projection: subject ‖ 0x00 ‖ position (u64, big-endian). Pure.
#pragma once

#include <string>
#include <string_view>

#include "projections/big_endian.h"

namespace syncline {

inline std::string history_prefix(std::string_view subject) {
  std::string prefix(subject);
  prefix += '\0';
  return prefix;
}

inline std::string history_key(std::string_view subject, Position position) {
  std::string key = history_prefix(subject);
  append_big_endian(key, position.value);
  return key;
}

}  // namespace syncline
