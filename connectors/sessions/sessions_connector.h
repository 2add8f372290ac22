// The connector of contract 1: `POST /api/centcom/sessions/sync`, the two admin views, and what
// the expiry timer writes for them. See README.md.
#pragma once

#include <memory>

#include "connectors/connector.h"
#include "connectors/expiry/expiry_timer.h"
#include "connectors/http/router.h"
#include "connectors/past_reads.h"
#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

// All of them outlive it. The timer, which has not begun, keeps the floor up.
std::unique_ptr<Connector> make_sessions_connector(Router& router, Engine& engine,
                                                   ExpiryTimer& expiry, DeadlineFloor& floor,
                                                   std::shared_ptr<PastReads> past);

}  // namespace syncline
