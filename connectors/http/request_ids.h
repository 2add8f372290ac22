// x-request-id: the client's own when it is sane, else one that this process never gives twice.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/rng.h"

namespace syncline {

// 1 to 128 of [A-Za-z0-9._-]: goes into headers and log lines as it is.
inline bool is_sane_request_id(std::string_view id) {
  if (id.empty() || id.size() > 128) return false;
  for (const char c : id)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
          c == '_' || c == '-'))
      return false;
  return true;
}

class RequestIds {
 public:
  explicit RequestIds(Rng& rng) {
    std::array<std::uint8_t, 8> bytes;
    rng.fill(bytes);
    std::uint64_t start = 0;
    for (const std::uint8_t byte : bytes) start = start << 8 | byte;
    next_ = start;
  }

  // 16 hex digits. SplitMix64 (Steele, Lea, Flood 2014) maps a counter one to one onto what looks
  // random; the generator is asked once a process, not once a request.
  std::string next() {
    std::uint64_t z = next_.fetch_add(0x9E3779B97F4A7C15, std::memory_order_relaxed);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    std::string id(16, '0');
    for (char& c : id) {
      c = "0123456789abcdef"[z >> 60];
      z <<= 4;
    }
    return id;
  }

 private:
  std::atomic<std::uint64_t> next_;
};

}  // namespace syncline
