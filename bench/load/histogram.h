// Latencies in bounded memory: buckets are log-linear, 128 to each power of two, so a value is
// known to better than 1 %. Values are nanoseconds; what is longer than 18 minutes counts as that
// long.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace syncline::load {

class Histogram {
 public:
  void record(std::uint64_t value) {
    if (value > kMax) value = kMax;
    if (value > max_) max_ = value;
    ++buckets_[bucket(value)];
    ++count_;
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The smallest value that at least `share` (0..1) of all values do not exceed.
  std::uint64_t quantile(double share) const {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      below += buckets_[i];
      if (below > 0 && static_cast<double>(below) >= share * static_cast<double>(count_)) {
        return upper_end(i) < max_ ? upper_end(i) : max_;
      }
    }
    return max_;
  }

 private:
  static constexpr int kLinearBits = 7;
  static constexpr std::size_t kLinear = 1u << kLinearBits;
  static constexpr int kMaxBits = 40;
  static constexpr std::uint64_t kMax = (std::uint64_t{1} << kMaxBits) - 1;

  static int shift(std::uint64_t value) {
    const int bits = std::bit_width(value);
    return bits <= kLinearBits + 1 ? 0 : bits - kLinearBits - 1;
  }
  // Values below 256 have a bucket each; above, 128 buckets share a power of two.
  static std::size_t bucket(std::uint64_t value) {
    const int s = shift(value);
    return static_cast<std::size_t>(s) * kLinear + static_cast<std::size_t>(value >> s);
  }
  static std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < 2 * kLinear) return bucket;
    const std::size_t s = bucket / kLinear - 1;
    const std::uint64_t low = static_cast<std::uint64_t>(bucket - s * kLinear) << s;
    return low + (std::uint64_t{1} << s) - 1;
  }

  std::array<std::uint64_t, kLinear*(kMaxBits - kLinearBits + 1)> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace syncline::load
