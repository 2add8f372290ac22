// Waits until the past of a projection covers the log but for its last, unfinished interval.
#pragma once

#include <chrono>
#include <string_view>
#include <thread>

#include "engine/past/past.h"

namespace syncline {

inline bool built(const Past& past, std::string_view projection, std::uint64_t events) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (*past.lag(projection) >= events && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  return *past.lag(projection) < events;
}

}  // namespace syncline
