// What the fuzz targets share. A target is a file <name>_fuzz.cc with LLVMFuzzerTestOneInput: it
// reads the bytes as the product would and holds what comes out against a property, by
// SYNCLINE_CHECK, which ends the process; libFuzzer then keeps the input. Whatever a target draws
// beside its input follows from the input, so that a find runs again from its bytes alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// A copy in a block of exactly its size: ASan sees whoever reads beyond it.
class Exact {
 public:
  explicit Exact(std::string_view bytes) : size_(bytes.size()), block_(new char[bytes.size()]) {
    if (size_ > 0) std::memcpy(block_.get(), bytes.data(), size_);
  }
  std::string_view view() const { return {block_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> block_;
};

// Numbers that follow from the input.
class Draws {
 public:
  explicit Draws(std::string_view input) {
    std::uint64_t seed = 14695981039346656037U;  // FNV-1a
    for (const char c : input) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211U;
    engine_.seed(seed);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace syncline
