// The key of an event in the family "ids": source ‖ 00 ‖ id. Neither holds a NUL, and both are
// short (body_names.h). No heap: there is one look and one entry for each event.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

#include "engine/error.h"
#include "engine/limits.h"

namespace syncline {

class IdKey {
 public:
  IdKey(std::string_view source, std::string_view id) : size_(source.size() + 1 + id.size()) {
    SYNCLINE_CHECK(fits(source, id));
    std::memcpy(bytes_.data(), source.data(), source.size());
    bytes_[source.size()] = '\0';
    std::memcpy(bytes_.data() + source.size() + 1, id.data(), id.size());
  }
  static bool fits(std::string_view source, std::string_view id) {
    return source.size() <= limits::kNameBytes && id.size() <= limits::kNameBytes;
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 2 * limits::kNameBytes + 1> bytes_;
  std::size_t size_;
};

}  // namespace syncline
