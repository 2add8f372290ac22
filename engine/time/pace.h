// How long to wait so that bytes flow no faster than a rate: for work that reads a whole log beside
// a server that answers. Pure: time is handed in, and who uses it waits. Waits shorter than a few
// milliseconds are put together. Whoever wakes late makes up for it; for work that stood still
// nothing is made up for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace syncline {

class Pace {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kShortest{5};    // of the waits it asks for
  static constexpr std::chrono::milliseconds kMadeUpFor{50};  // at most

  // nullopt: as fast as it goes.
  explicit Pace(std::optional<std::uint64_t> bytes_per_second) : rate_(bytes_per_second) {}

  // `bytes` more have been read by `now`: how long to wait before the next ones.
  std::chrono::nanoseconds after(std::uint64_t bytes, Instant now);

 private:
  const std::optional<std::uint64_t> rate_;
  std::optional<Instant> due_;  // when what was read so far may have been read
};

}  // namespace syncline
