// An origin counts on under a new incarnation when events that it gave out may be gone from its
// log: origin.incarnation.sequence then never names two events. Sequence and hash chain go on as
// before.
//
// Who may have lost some (an accepted loss, a restore, an import of a shorter copy) notes it in the
// log, durably, with the body of the event that says why. Engine::open appends that event as the
// first of the incarnation, before anybody else can append; after a crash in between, the next one
// does. The note lies in the family "meta":
//
//   incarnation u32, little-endian ‖ body (schemas/event.fbs)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/error.h"
#include "engine/log/log.h"
#include "engine/rng.h"

namespace syncline {

struct IncarnationReason {
  EventType type;  // log_loss_accepted or log_restored
  IncarnationBegun why;
};

// The note of an incarnation that begins.
IncarnationNote incarnation_note(Incarnation begins, std::string_view node,
                                 const IncarnationReason& reason, Clock& clock, Rng& rng);

// Durable when it returns. `log` is open for writing, and no engine is on it. The number that
// begins is one that neither an event nor a note has had.
Result<Incarnation> begin_incarnation(Log& log, const IncarnationReason& reason, Clock& clock,
                                      Rng& rng);

// Which one the next event belongs to.
Incarnation next_incarnation(const Log& log);
// The body of the first event of what was noted, while that event is not in the log.
std::optional<std::string_view> unwritten_beginning(const Log& log);

std::string encode_note(const IncarnationNote& note);
std::optional<IncarnationNote> decode_note(std::string_view bytes);  // nullopt: they are none

}  // namespace syncline
