#include "connectors/auth/session_cookie.h"

namespace syncline {
namespace {

using Cookies = std::vector<std::pair<std::string_view, std::string_view>>;

void read_cookies(std::string_view header, Cookies& cookies) {
  while (!header.empty()) {
    const std::size_t end = header.find(';');
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(end == header.npos ? header.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    if (const std::size_t equals = pair.find('='); equals != pair.npos)
      cookies.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

// "" when there is none: a cookie that was emptied says as much.
Result<std::string_view> value_of(const Cookies& cookies, std::string_view name) {
  std::string_view found;
  for (const auto& [cookie, value] : cookies) {
    if (cookie != name || value.empty()) continue;
    if (!found.empty() && found != value)
      return Error{ErrorCode::invalid, "the request carries two cookies `" + std::string(name) +
                                           "` that differ; remove them and log in again"};
    found = value;
  }
  return found;
}

}  // namespace

Result<std::optional<std::string>> session_cookie(const Request& request,
                                                  const std::vector<std::string>& names) {
  Cookies cookies;
  for (const auto& [name, value] : request.headers)
    if (name == "cookie") read_cookies(value, cookies);
  if (cookies.empty()) return std::optional<std::string>();

  for (const std::string& name : names) {
    const auto whole = value_of(cookies, name);
    if (!whole) return whole.error();
    if (!whole->empty()) return std::optional(std::string(*whole));
    std::string joined;
    for (std::size_t i = 0; i < cookies.size(); ++i) {
      const auto chunk = value_of(cookies, name + '.' + std::to_string(i));
      if (!chunk) return chunk.error();
      if (chunk->empty()) break;
      joined += *chunk;
    }
    if (!joined.empty()) return std::optional(std::move(joined));
  }
  return std::optional<std::string>();
}

}  // namespace syncline
