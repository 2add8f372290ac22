// The digest of a projection: SHA-256 over its name, version and canonical entries in key order.
// Same log, same digest, on any machine, after any restart or rebuild: that is how folds are
// proved.
#pragma once

#include "engine/fold/projection.h"

namespace syncline {

Hash digest(const Projection& projection, const ReadState& state);

}  // namespace syncline
