// Who is asking, and what they may do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/types.h"

namespace syncline {

struct Principal {
  enum class Kind { anonymous, dev, api_key, user };
  Kind kind = Kind::anonymous;
  std::string id;             // `sub`, or the API key's name; "" for anonymous
  bool id_is_number = false;  // the token's `sub` was a JSON number: given back as it came
  std::string name;           // the token's `name`
  std::string tenant;
  std::vector<std::string> roles;
  std::vector<std::string> scopes;
  bool by_cookie = false;     // what a browser sends unasked
  std::optional<Time> until;  // when the token expires; unset: no token

  bool has_role(const std::string& role) const;
  bool has_scope(const std::string& scope) const;  // role admin has all
};

std::string_view name(Principal::Kind kind);  // "api_key"

}  // namespace syncline
