// SHA-256 (FIPS 180-4) by OpenSSL's hardware paths. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct SHA256state_st;  // OpenSSL's

namespace syncline {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);
std::string hex(const Hash& hash);  // 64 lower-case digits
std::optional<Hash> hash_from_hex(std::string_view digits);

// For what does not lie in one piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  void update_number(std::uint64_t value);    // 8 bytes, little-endian
  void update_sized(std::string_view bytes);  // its size as a number, then the bytes
  Hash finish();

 private:
  std::unique_ptr<SHA256state_st> state_;
};

}  // namespace syncline
