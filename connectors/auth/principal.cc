#include "connectors/auth/principal.h"

#include <algorithm>

namespace syncline {

bool Principal::has_role(const std::string& role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool Principal::has_scope(const std::string& scope) const {
  return has_role("admin") || std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

std::string_view name(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::anonymous:
      return "anonymous";
    case Principal::Kind::dev:
      return "dev";
    case Principal::Kind::api_key:
      return "api_key";
    case Principal::Kind::user:
      return "user";
  }
  return "anonymous";
}

}  // namespace syncline
