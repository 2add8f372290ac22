// The cookie that a browser carries its login in (RFC 6265, 5.4), whole or in NextAuth's chunks:
// `name.0`, `name.1`, …, which it makes where a cookie would be larger than browsers keep. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/http/message.h"
#include "engine/error.h"

namespace syncline {

// The value of the first of `names` that the request has; nullopt: of none. Error: invalid, it has
// one of them twice with two values, and either could be planted.
Result<std::optional<std::string>> session_cookie(const Request& request,
                                                  const std::vector<std::string>& names);

}  // namespace syncline
