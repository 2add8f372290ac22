// The configuration that folds depend on is an event, so that a replay folds as the server did: at
// start it is appended when it is not what the log says already.
#pragma once

#include "engine/engine.h"

namespace syncline {

// The last config.applied of this node in the log; nullopt: none yet.
Result<std::optional<ConfigApplied>> last_applied_config(Engine& engine);

// Appends `config` when it differs from the last one. True: it did.
Result<bool> apply_config(Engine& engine, const ConfigApplied& config);

}  // namespace syncline
