// What the expiry timer writes for presence: presence.expired, when a user's deadline has come.
#pragma once

#include "connectors/expiry/expiry_timer.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

// Both outlive it. The timer keeps the floor up.
ExpirySource presence_expiry(Engine& engine, DeadlineFloor& floor);

}  // namespace syncline
