// How long an append waits until the mirror has it: `?wait=mirrored&timeout=10s`, or `Prefer:
// mirrored, wait=10` (RFC 7240), over which the query wins. Pure.
#pragma once

#include <optional>
#include <variant>

#include "connectors/http/message.h"
#include "schemas/types.h"

namespace syncline {

// nullopt: it does not; at most limits::kMirroredWait. 400 for a query that says neither; a
// preference that is not understood is none.
std::variant<std::optional<Duration>, Response> mirrored_wait(const Request& request);

}  // namespace syncline
