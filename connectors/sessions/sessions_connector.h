// The connector of contract 1: `POST /api/centcom/sessions/sync`, the two admin views, and the
// timer that writes session.expired. See README.md.
#pragma once

#include <memory>

#include "connectors/connector.h"
#include "connectors/http/router.h"
#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

// All of them outlive it. The timer keeps the floor up.
std::unique_ptr<Connector> make_sessions_connector(Router& router, Engine& engine,
                                                   DeadlineFloor& floor);

}  // namespace syncline
