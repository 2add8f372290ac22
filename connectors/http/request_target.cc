#include "connectors/http/request_target.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "connectors/json/utf8.h"

namespace syncline {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error not_decodable() { return {ErrorCode::invalid, "is not percent-encoded UTF-8"}; }

// The name of a parameter that is there more than once.
std::optional<std::string_view> repeated_name(const Request& request) {
  if (request.query.size() < 2) return std::nullopt;
  std::vector<std::string_view> names;
  names.reserve(request.query.size());
  for (const auto& [name, value] : request.query) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::nullopt : std::optional(*twice);
}

}  // namespace

Result<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return not_decodable();
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return not_decodable();
      if (high == 0 && low == 0) {
        return Error{ErrorCode::invalid, "has a NUL (%00), which no text here may have"};
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  if (utf8_fault(out) != std::string_view::npos) return not_decodable();
  return out;
}

Result<void> set_target(Request& request, std::string_view target, std::string_view path,
                        std::string_view query) {
  request.target.assign(target);
  request.path.assign(path);
  request.query.clear();
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto key = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(pair.substr(std::min(pair.size(), equals + 1)), true);
    for (const auto* part : {&key, &value}) {
      if (*part) continue;
      return Error{ErrorCode::invalid, "the query " + part->error().message};
    }
    request.query.emplace_back(std::move(*key), std::move(*value));
  }
  if (const auto twice = repeated_name(request)) {
    return Error{ErrorCode::invalid,
                 "the query gives `" + std::string(*twice) + "` more than once; give it once"};
  }
  return {};
}

std::string as_it_arrived(std::string_view value) {
  std::string text = "; it arrived as \"" + std::string(value) + '"';
  if (value.find(' ') != value.npos) text += ": in a query + is a space, and %2B is a +";
  return text;
}

}  // namespace syncline
