// Quantities as people write them in a configuration or behind a flag: "5m", "64MiB", "120/m",
// "127.0.0.1:3594". Pure. An error's message says what to write instead and never repeats a value
// that could be a secret: these never are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/rate/token_bucket.h"
#include "engine/error.h"

namespace syncline {

// A whole number and a unit: ms, s, m, h, d. At most 36,500 d.
Result<std::chrono::milliseconds> duration_from(std::string_view text);

// A whole number and a unit: B, KiB, MiB, GiB, TiB.
Result<std::uint64_t> size_from(std::string_view text);  // bytes

// A whole number, "/" and s, m or h.
Result<Rate> rate_from(std::string_view text);

struct ListenAddress {
  std::string host;  // IPv4 or IPv6 address, without brackets
  std::uint16_t port = 0;

  bool loopback() const;
  std::string text() const;  // IPv6 in brackets
};
// "address:port"; "localhost" stands for 127.0.0.1. Port 0: any free one.
Result<ListenAddress> listen_address_from(std::string_view text);

// "10.0.0.0/8", "::1/128", or a single address.
bool is_network(std::string_view text);

}  // namespace syncline
