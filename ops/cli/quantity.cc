#include "ops/cli/quantity.h"

#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include <arpa/inet.h>

namespace syncline {
namespace {

Error invalid(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

// The digits in front of `text`, which loses them; none, or too many: nullopt.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

struct Unit {
  std::string_view name;
  std::uint64_t value;
};

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

constexpr Unit kTimeUnits[] = {  // milliseconds
    {"ms", 1},
    {"s", 1000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000}};
constexpr std::uint64_t kDurationMsMax = 36'500ULL * 86'400'000;
constexpr Unit kSizeUnits[] = {
    {"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}};
constexpr Unit kRateUnits[] = {{"s", 1}, {"m", 60}, {"h", 3600}};  // seconds

bool is_address(int family, const std::string& host) {
  in6_addr room{};
  return inet_pton(family, host.c_str(), &room) == 1;
}

}  // namespace

Result<std::chrono::milliseconds> duration_from(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = find_unit(kTimeUnits, rest);
  if (!number || !unit)
    return invalid(quoted(text) +
                   " is not a duration; write a whole number and ms, s, m, h or d, "
                   "like \"5m\"");
  if (*number > kDurationMsMax / unit->value)
    return invalid(quoted(text) + " is too long; at most \"36500d\"");
  return std::chrono::milliseconds(*number * unit->value);
}

Result<std::uint64_t> size_from(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = find_unit(kSizeUnits, rest);
  if (!number || !unit)
    return invalid(quoted(text) +
                   " is not a size; write a whole number and B, KiB, MiB, GiB or "
                   "TiB, like \"64MiB\"");
  if (*number > std::numeric_limits<std::int64_t>::max() / unit->value)
    return invalid(quoted(text) + " is too large for a size in bytes");
  return *number * unit->value;
}

Result<Rate> rate_from(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = rest.starts_with('/') ? find_unit(kRateUnits, rest.substr(1)) : nullptr;
  if (!number || !unit || *number == 0 || *number > 1'000'000'000)
    return invalid(quoted(text) +
                   " is not a rate; write how many per s, m or h, from 1, like \"120/m\"");
  return Rate{static_cast<std::uint32_t>(*number),
              std::chrono::seconds(static_cast<std::int64_t>(unit->value))};
}

bool ListenAddress::loopback() const { return host.starts_with("127.") || host == "::1"; }

std::string ListenAddress::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<ListenAddress> listen_address_from(std::string_view text) {
  const auto fault = [&] {
    return invalid(quoted(text) +
                   " is not an address to listen on; write ADDRESS:PORT, like "
                   "\"127.0.0.1:3594\" or \"[::1]:3594\"");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fault();
  std::string_view digits = text.substr(colon + 1);
  const auto port = take_number(digits);
  if (!port || !digits.empty() || *port > 65'535) return fault();

  std::string_view host = text.substr(0, colon);
  ListenAddress address{std::string(host), static_cast<std::uint16_t>(*port)};
  if (host == "localhost") {
    address.host = "127.0.0.1";
  } else if (host.starts_with('[') && host.ends_with(']')) {
    address.host = host.substr(1, host.size() - 2);
    if (!is_address(AF_INET6, address.host)) return fault();
  } else if (!is_address(AF_INET, address.host)) {
    return fault();
  }
  return address;
}

bool is_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  const bool v4 = is_address(AF_INET, host);
  if (!v4 && !is_address(AF_INET6, host)) return false;
  if (slash == std::string_view::npos) return true;
  std::string_view digits = text.substr(slash + 1);
  const auto bits = take_number(digits);
  return bits && digits.empty() && *bits <= (v4 ? 32 : 128);
}

}  // namespace syncline
