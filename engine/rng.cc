#include "engine/rng.h"

#include <array>

#include <sys/random.h>

#include "engine/error.h"

namespace syncline {

void SystemRng::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    SYNCLINE_CHECK(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::string uuid7(Time now, Rng& rng) {
  std::array<std::uint8_t, 16> bytes;
  rng.fill(bytes);
  const auto ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0F));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));

  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 15];
  }
  return out;
}

bool may_be_made(std::string_view id) {
  return id.size() == 36 && id[8] == '-' && id[13] == '-' && id[14] == '7' && id[18] == '-' &&
         id[23] == '-';
}

}  // namespace syncline
