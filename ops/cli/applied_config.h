// The configuration that folds depend on is an event, so that a replay folds as the server did: at
// start it is appended when it is not what the log says already.
#pragma once

#include "engine/engine.h"
#include "ops/cli/config.h"

namespace syncline {

// The part of it that folds depend on. Texts point into `config`; the zone's offsets are those of
// this machine's tz database.
ConfigApplied applied_config(const Config& config);

// Appends `config` when it differs from this node's last one in the log. True: it did.
Result<bool> apply_config(Engine& engine, const ConfigApplied& config);

}  // namespace syncline
