// What the names of an event must be, because they are keys of the log's indexes: held against
// every event that is about to be written, whether a request or a copy brings it. Pure.
#pragma once

#include <optional>

#include "engine/error.h"
#include "schemas/body.h"

namespace syncline {

// `invalid`: one is missing or holds a NUL byte; `too_large`: one is too long; nullopt: nothing.
std::optional<Error> names_fault(const EventBody& body);

}  // namespace syncline
