// The target of a request as handlers want it: percent-decoded, as UTF-8. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/http/message.h"

namespace syncline {

// nullopt: a '%' without two hex digits, a NUL, or bytes that are not UTF-8 when decoded.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

// Sets target, path and query of the request. `path` and `query` are as sent. False: the query does
// not decode.
bool set_target(Request& request, std::string_view target, std::string_view path,
                std::string_view query);

}  // namespace syncline
