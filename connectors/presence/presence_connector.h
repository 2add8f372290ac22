// The connector of contract 2: heartbeats, who is where now and was then, the stream of changes,
// and what the expiry timer writes for them. See README.md.
#pragma once

#include <memory>
#include <vector>

#include "connectors/connector.h"
#include "connectors/expiry/expiry_timer.h"
#include "connectors/http/router.h"
#include "connectors/past_reads.h"
#include "connectors/presence/beat_request.h"
#include "engine/engine.h"
#include "projections/deadlines/deadline_floor.h"

namespace syncline {

struct PresenceOptions {
  std::vector<ModuleName> modules;  // the same as in config.applied
  Rate rate;                        // of a user's heartbeats
};

// All of them outlive it. The timer, which has not begun, keeps the floor up.
std::unique_ptr<Connector> make_presence_connector(Router& router, Engine& engine,
                                                   ExpiryTimer& expiry, DeadlineFloor& floor,
                                                   std::shared_ptr<PastReads> past,
                                                   PresenceOptions options);

}  // namespace syncline
