#include "projections/key_text.h"

namespace syncline {
namespace {

constexpr char kEnd = '\x01';
constexpr char kZero = '\xff';

}  // namespace

void append_key_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    out += c;
    if (c == '\0') out += kZero;
  }
  out += '\0';
  out += kEnd;
}

std::size_t end_of_key_text(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i + 1 < bytes.size(); ++i) {
    if (bytes[i] != '\0') continue;
    if (bytes[i + 1] == kEnd) return i + 2;
    if (bytes[i + 1] != kZero) return std::string_view::npos;
    ++i;
  }
  return std::string_view::npos;
}

}  // namespace syncline
