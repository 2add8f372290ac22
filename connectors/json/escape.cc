#include "connectors/json/escape.h"

#include <cstdint>
#include <optional>

#include "connectors/json/utf8.h"

namespace syncline {
namespace {

// Stands for itself in a JSON text.
constexpr bool plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte <= 0x7F && byte != '"' && byte != '\\';
}

void append_escape(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
  }
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

// Of \\uXXXX at the front of `json`.
std::optional<std::uint32_t> code_unit(std::string_view json) {
  if (json.size() < 6 || !json.starts_with("\\u")) return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : json.substr(2, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    code <<= 4;
    if (c >= '0' && c <= '9') {
      code += static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      code += static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return code;
}

bool high_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

// One escape, or two that are one character.
const char* unescape_unicode(std::string_view json, std::size_t& at, std::string& out) {
  const auto code = code_unit(json.substr(at));
  if (!code) return "an unknown escape";
  if (low_surrogate(*code)) return "half a surrogate pair";
  if (!high_surrogate(*code)) {
    append_utf8(out, *code);
    at += 6;
    return nullptr;
  }
  const auto low = code_unit(json.substr(at + 6));
  if (!low || !low_surrogate(*low)) return "half a surrogate pair";
  append_utf8(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
  at += 12;
  return nullptr;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && plain(text[run])) ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    const Utf8Step step = utf8_step(text);
    if (!step.valid) {
      out += "\xEF\xBF\xBD";
    } else if (step.size == 1) {
      append_escape(out, text.front());
    } else {
      out.append(text.substr(0, step.size));
    }
    text.remove_prefix(step.size);
  }
  out += '"';
}

const char* unescape_json_text(std::string_view json, std::size_t& at, std::string& out) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  while (json[at] != '"') {
    if (json[at] != '\\') {
      out += json[at++];
    } else if (const auto i = kLetters.find(json[at + 1]); i != std::string_view::npos) {
      out += kMeanings[i];
      at += 2;
    } else if (const char* fault = unescape_unicode(json, at, out)) {
      return fault;
    }
  }
  return nullptr;
}

}  // namespace syncline
