// Long work that a running server does (connectors/operators/job.h): it says how far it is, and is
// told when the person wants it to end.
#pragma once

#include <string>

#include "ops/cli/command.h"
#include "ops/cli/http_client.h"
#include "ops/cli/long_work.h"

namespace syncline {

// POSTs to `target` and gives the job's result, one JSON object. Ctrl-C: DELETEs it, which ends it
// where it is.
Result<std::string> run_on_server(const HttpClient& client, const std::string& target,
                                  LongWork& work);

}  // namespace syncline
