// What every reader of the sessions projection shares: how a record reads at an instant, and which
// sessions have lapsed without an event that says so yet. Inside of sessions_view.h. Pure.
#pragma once

#include <functional>

#include "projections/sessions/session_record.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {

void show(const SessionRecord& record, Time now, const EachSession& each);

// Calls `each` with (deadline, path, phase as stored), the earliest first, until it returns false.
void scan_lapsed(const ReadState& state, Time now, Time floor,
                 const std::function<bool(Time, std::string_view, SessionPhase)>& each);

}  // namespace syncline
