// What the expiry timer writes for sessions: session.expired, when a deadline of the sessions
// projection has come.
#pragma once

#include "connectors/expiry/expiry_timer.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

// Both outlive it. The timer keeps the floor up.
ExpirySource session_expiry(Engine& engine, DeadlineFloor& floor);

}  // namespace syncline
