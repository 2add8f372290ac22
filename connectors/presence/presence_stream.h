// `GET /api/stats/stream`: a snapshot of all modules, then each change once, in the order of the
// log (live_stream.h). Each frame's `id` is a resume token; where an event made two changes, the
// first one's has "+1" behind it, so that a reader who was cut off between them gets the second.
#pragma once

#include "connectors/http/message.h"
#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

// Begins behind Last-Event-ID. Without it, and where this log cannot go on from it, with a
// snapshot: a screen that is told everything anew needs no changes from before. Who it is that
// comes and goes is told to a user alone. Both outlive the stream.
Response presence_stream(const Request& request, const Engine& engine, const DeadlineFloor& floor);

}  // namespace syncline
