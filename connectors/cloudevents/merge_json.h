// Puts back together what a mapping took apart: the named fields and the rest. Pure.
#pragma once

#include "connectors/json/document.h"
#include "connectors/json/writer.h"

namespace syncline {

// Objects are merged member by member, in the order of `base`, then what only `over` has; anything
// else is `over`'s.
void merge_json(const JsonValue& base, const JsonValue& over, JsonWriter& out);

}  // namespace syncline
