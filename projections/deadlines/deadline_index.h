// Who has a deadline when: the keys of a projection's state that its sessions, users or whatever
// has deadlines lie under by time, so that the first ones are found without a walk over all. A fold
// writes it, readers and deadline_floor.h read it. Pure; numbers big-endian.
//
//   a ‖ u64 page          the earliest deadline that the events of these 1,024 positions set
//   d ‖ deadline ‖ who    the projection's own: a module, a phase
//
// A deadline is µs since 1970 (i64) with its sign bit flipped. It follows from the records, and is
// left out of digests.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "engine/fold/projection.h"

namespace syncline {

inline constexpr std::uint64_t kDeadlinePage = 1024;  // positions

// `position`: of the event that sets it. `who` has no such deadline yet, or gets another value.
void add_deadline(FoldState& state, Position position, Time deadline, std::string_view who,
                  std::string_view value);
void remove_deadline(FoldState& state, Time deadline, std::string_view who);

// Those in [from, until], the earliest first, until `each` returns false.
using EachDeadline =
    std::function<bool(Time deadline, std::string_view who, std::string_view value)>;
void scan_deadlines(const ReadState& state, Time from, Time until, const EachDeadline& each);

// The first one. `floor`: a time before which this state has none.
std::optional<Time> next_deadline(const ReadState& state, Time floor = Time::min());

// The earliest deadline that was set behind this position, or a little before it.
std::optional<Time> earliest_added(const ReadState& state, Position behind);

}  // namespace syncline
