#include "connectors/http/message.h"

#include <array>

namespace syncline {
namespace {

constexpr std::array<std::string_view, kMethods> kNames = {"GET",   "HEAD",   "POST",    "PUT",
                                                           "PATCH", "DELETE", "OPTIONS", "OTHER"};

}  // namespace

std::string_view name(Method method) { return kNames[static_cast<std::size_t>(method)]; }

Method parse_method(std::string_view token) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Method::other); ++i)
    if (kNames[i] == token) return static_cast<Method>(i);
  return Method::other;
}

std::string_view Request::header(std::string_view lower_case_name) const {
  for (const auto& [key, value] : headers)
    if (key == lower_case_name) return value;
  return {};
}

std::optional<std::string_view> Request::query_value(std::string_view key) const {
  for (const auto& [k, value] : query)
    if (k == key) return value;
  return std::nullopt;
}

std::string_view Request::param(std::string_view key) const {
  for (const auto& [k, value] : params)
    if (k == key) return value;
  return {};
}

}  // namespace syncline
