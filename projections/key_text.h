// Texts inside keys: each ends with 00 01 and has its zero bytes as 00 FF, so that the order of the
// keys is the order of the texts, and no text can reach into what stands behind it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace syncline {

void append_key_text(std::string& out, std::string_view text);

// Where the text that begins at `from` ends; npos: it does not.
std::size_t end_of_key_text(std::string_view bytes, std::size_t from);

}  // namespace syncline
