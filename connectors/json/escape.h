// Texts between their meaning and how JSON writes them (RFC 8259 section 7). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace syncline {

// Appends `text` with its quotes; invalid UTF-8 becomes U+FFFD.
void append_json_text(std::string& out, std::string_view text);

// Appends what json[at] up to the closing quote means, and moves `at` to that quote, which is
// there. What is wrong, with `at` on it, or nullptr. Half a surrogate pair is wrong.
const char* unescape_json_text(std::string_view json, std::size_t& at, std::string& out);

}  // namespace syncline
