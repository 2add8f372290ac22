// `log import --as-new`: the events of an export, appended to the log of a folder as new ones:
// positions, times and hashes of their own, ids and content kept. Every event is found again by its
// id, also one whose id the product made, so that a second run appends nothing. What only an engine
// makes (session.expired, config.applied) is left out: the log that takes them makes its own.
#pragma once

#include "ops/cli/log_commands.h"
#include "ops/cli/long_work.h"

namespace syncline {

Exit import_as_new(const LogImportCommand& command, LongWork& work);

}  // namespace syncline
