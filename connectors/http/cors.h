// Cross-origin requests (WHATWG Fetch, CORS protocol): which origins may read answers, and what a
// preflight is told. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/message.h"

namespace syncline {

class Cors {
 public:
  explicit Cors(std::vector<std::string> allowed_origins) : allowed_(std::move(allowed_origins)) {}

  bool allows(std::string_view origin) const;
  // On every answer of a cors route.
  void add_to(Response& response, const Request& request) const;
  Response preflight(const Request& request, std::string_view methods) const;

 private:
  std::vector<std::string> allowed_;
};

}  // namespace syncline
