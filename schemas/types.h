// The words every layer shares: where an event stands (Position), what it is called outside this
// log (EventName), and when it happened (Time). Trivially copyable, no allocation; the on-disk
// shape of each is given in docs/log-format.md.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace syncline {

// A number that may not be mixed with another kind of number.
template <class Tag>
struct Ordinal {
  std::uint64_t value = 0;

  constexpr Ordinal() = default;
  constexpr explicit Ordinal(std::uint64_t v) : value(v) {}
  constexpr Ordinal next() const { return Ordinal(value + 1); }
  constexpr auto operator<=>(const Ordinal&) const = default;
};

// Place of an event in this log, from 1, contiguous; 0 is "before the first event".
using Position = Ordinal<struct PositionTag>;
// Place of an event among those its origin accepted; equals Position until foreign events arrive.
using Sequence = Ordinal<struct SequenceTag>;
// Hybrid logical clock: 48 bits of milliseconds since 1970, 16 bits of counter.
using Hlc = Ordinal<struct HlcTag>;

// Grows by one whenever an origin may have lost its tail, so that a sequence never names two
// events.
using Incarnation = std::uint32_t;

// Microseconds since 1970 UTC.
using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

// Id of the node that accepted an event: 1 to 16 bytes of [a-z0-9._-], zero padded.
struct OriginId {
  static constexpr std::size_t kSize = 16;
  std::array<char, kSize> bytes{};

  static std::optional<OriginId> from(std::string_view text);
  std::string_view text() const;
  bool empty() const { return bytes[0] == 0; }
  auto operator<=>(const OriginId&) const = default;
};

// The name of an event wherever it leaves this log: "a.1.42".
struct EventName {
  OriginId origin;
  Incarnation incarnation = 0;
  Sequence sequence;

  std::string text() const;
  bool empty() const { return origin.empty(); }
  auto operator<=>(const EventName&) const = default;
};

}  // namespace syncline
