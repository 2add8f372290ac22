#include "schemas/subject.h"

namespace syncline {
namespace {

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_encoded(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
}

}  // namespace

std::string make_subject(std::string_view kind, std::initializer_list<std::string_view> segments) {
  std::string out(kind);
  for (const std::string_view segment : segments) {
    out += '/';
    append_encoded(out, segment);
  }
  return out;
}

std::string node_subject(std::string_view node) { return make_subject("node", {node}); }

std::string node_source(std::string_view node) { return "/syncline/" + std::string(node); }

std::optional<std::vector<std::string>> subject_segments(std::string_view subject) {
  std::vector<std::string> out;
  std::size_t slash = subject.find('/');
  while (slash != std::string_view::npos) {
    const std::size_t end = subject.find('/', slash + 1);
    auto segment = percent_decode(subject.substr(slash + 1, end - slash - 1));
    if (!segment) return std::nullopt;
    out.push_back(std::move(*segment));
    slash = end;
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace syncline
