// UTF-8 by hand: one step through text that may not be any (RFC 3629: no surrogates, nothing
// overlong, up to U+10FFFF). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace syncline {

struct Utf8Step {
  std::size_t size;  // bytes taken, at least 1
  bool valid;        // a character; else the longest beginning of one, to be replaced as a whole
};

// `text` is not empty.
Utf8Step utf8_step(std::string_view text);

// Where `text` stops being UTF-8; npos: nowhere.
std::size_t utf8_fault(std::string_view text);

// `code` is a character: no surrogate, at most U+10FFFF.
void append_utf8(std::string& out, std::uint32_t code);

}  // namespace syncline
