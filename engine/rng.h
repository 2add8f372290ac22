// Randomness as it is handed in. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

// The operating system's generator (getrandom); ends the process if it fails.
class SystemRng final : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// RFC 9562 version 7: time-ordered, 36 characters.
std::string uuid7(Time now, Rng& rng);
// Whether it looks like one: what the product calls an event whose producer gave no id.
bool may_be_made(std::string_view id);

}  // namespace syncline
