#include "ops/cli/replay_speed.h"

#include <algorithm>
#include <charconv>

namespace syncline {
namespace {

using std::chrono::nanoseconds;

// Slower and faster than anybody means, and far from where numbers overflow.
constexpr double kFactorMin = 1e-3, kFactorMax = 1e6;

}  // namespace

std::optional<ReplaySpeed> ReplaySpeed::from(std::string_view text) {
  ReplaySpeed speed;
  if (text == "max") return speed;
  if (text.ends_with('x')) {
    const char* const end = text.data() + text.size() - 1;
    const auto [stopped, error] =
        std::from_chars(text.data(), end, speed.factor_, std::chars_format::fixed);
    const bool whole = error == std::errc() && stopped == end;
    if (!whole || !(speed.factor_ >= kFactorMin && speed.factor_ <= kFactorMax)) {
      return std::nullopt;
    }
    return speed;
  }
  const auto rate = rate_from(text);
  if (rate.has_error()) return std::nullopt;
  speed.rate_ = *rate;
  return speed;
}

nanoseconds ReplaySpeed::next(Time received) {
  if (told_ == 0) first_ = received;
  const std::uint64_t before = told_++;
  if (rate_) {
    const std::chrono::duration<double> each(static_cast<double>(rate_->per.count()) /
                                             rate_->count);
    return std::chrono::duration_cast<nanoseconds>(each * static_cast<double>(before));
  }
  if (factor_ == 0) return {};
  // A foreign event may have been received before the one ahead of it.
  const std::chrono::duration<double> since = std::max(received - first_, Duration(0));
  return std::chrono::duration_cast<nanoseconds>(since / factor_);
}

}  // namespace syncline
