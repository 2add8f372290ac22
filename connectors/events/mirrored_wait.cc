#include "connectors/events/mirrored_wait.h"

#include <algorithm>
#include <charconv>

#include "connectors/events/event_query.h"
#include "engine/limits.h"

namespace syncline {
namespace {

constexpr Duration kUnsaid = std::chrono::seconds(10);

// `digits` of `unit`, cut to what anybody waits; nullopt: they are none.
std::optional<Duration> at_most(std::string_view digits, Duration unit) {
  const auto count = parse_position(digits);
  if (!count) return std::nullopt;
  // Never over by more than a unit, so that nothing overflows.
  const auto most = static_cast<std::uint64_t>(limits::kMirroredWait / unit) + 1;
  const Duration wait = unit * static_cast<Duration::rep>(std::min(count->value, most));
  return std::min<Duration>(wait, limits::kMirroredWait);
}

// A whole number and its unit.
std::optional<Duration> duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    Duration size;
  };
  static constexpr Unit kUnits[] = {{"ms", std::chrono::milliseconds(1)},
                                    {"s", std::chrono::seconds(1)},
                                    {"m", std::chrono::minutes(1)},
                                    {"h", std::chrono::hours(1)},
                                    {"d", std::chrono::days(1)}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto* const unit = std::ranges::find(kUnits, text.substr(digits), &Unit::name);
  if (unit == std::end(kUnits)) return std::nullopt;
  return at_most(text.substr(0, digits), unit->size);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool same_word(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

std::optional<Duration> preferred(std::string_view header) {
  bool mirrored = false;
  Duration wait = kUnsaid;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view preference = trimmed(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    const std::size_t equals = std::min(preference.find('='), preference.size());
    const std::string_view name = trimmed(preference.substr(0, equals));
    if (same_word(name, "mirrored")) mirrored = true;
    if (!same_word(name, "wait") || equals == preference.size()) continue;
    const auto seconds = at_most(trimmed(preference.substr(equals + 1)), std::chrono::seconds(1));
    wait = seconds.value_or(wait);
  }
  return mirrored ? std::optional(wait) : std::nullopt;
}

}  // namespace

std::variant<std::optional<Duration>, Response> mirrored_wait(const Request& request) {
  const auto wait = request.query_value("wait");
  if (wait.value_or("mirrored") != "mirrored") {
    return invalid_parameter("wait", "is mirrored, or left out");
  }
  const auto text = request.query_value("timeout");
  const auto timeout = text ? duration(*text) : kUnsaid;
  if (!timeout) {
    return invalid_parameter("timeout", "is a whole number and ms, s, m, h or d, like 10s");
  }
  if (wait) return timeout;
  auto preference = preferred(request.header("prefer"));
  if (preference && text) preference = timeout;
  return preference;
}

}  // namespace syncline
