// How far a state is folded, as it lies beside the state: position (u64, big-endian) ‖ hash of the
// event there. Included by .cc files of the engine alone. Pure.
#pragma once

#include <cstring>

#include "engine/log/log.h"
#include "engine/log/rocks.h"

namespace syncline {

inline std::string encode_checkpoint(const Head& head) {
  std::string value(view(big_endian(head.position.value)));
  return value.append(reinterpret_cast<const char*>(head.hash.data()), head.hash.size());
}

// What is none is one of nothing.
inline Head decode_checkpoint(std::string_view value) {
  Head head;
  if (value.size() != 8 + head.hash.size()) return head;
  head.position = Position(from_big_endian(value.substr(0, 8)));
  std::memcpy(head.hash.data(), value.data() + 8, head.hash.size());
  return head;
}

}  // namespace syncline
