// Reads the history projection: the positions of a subject's events, in pages, either way. Any
// thread; `state` is a snapshot of the projection.
#pragma once

#include <vector>

#include "engine/fold/projection.h"

namespace syncline {

// The first `limit` positions after `after`, ascending.
std::vector<Position> positions_after(const ReadState& state, std::string_view subject,
                                      Position after, std::size_t limit);

// The last `limit` positions before `before`, descending. For the newest: one beyond the snapshot's
// position.
std::vector<Position> positions_before(const ReadState& state, std::string_view subject,
                                       Position before, std::size_t limit);

}  // namespace syncline
