// The target of a request as handlers want it: percent-decoded, as UTF-8. Pure.
#pragma once

#include <string>
#include <string_view>

#include "connectors/http/message.h"
#include "engine/error.h"

namespace syncline {

// `invalid`: a '%' without two hex digits, a NUL, or bytes that are not UTF-8 when decoded; the
// message is the end of a sentence that begins with what it is of.
Result<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

// Sets target, path and query of the request. `path` and `query` are as sent. `invalid`: the query
// does not decode, or gives a parameter twice, so that two readers could take two values for it.
Result<void> set_target(Request& request, std::string_view target, std::string_view path,
                        std::string_view query);

// Ends a sentence that refuses a parameter's value: what was read, and why a + is not in it.
std::string as_it_arrived(std::string_view value);

}  // namespace syncline
