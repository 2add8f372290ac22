// The views of a data folder, without a server. Reading opens the stored state beside whoever
// writes it; rebuilding needs the folder to itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ops/cli/log_source.h"

namespace syncline {

class Log;

using ShowProgress = std::function<void(Position done, Position of)>;

// As they lie in the folder; a running server is ahead of it.
Result<std::vector<ProjectionStanding>> stored_views(const std::string& data, const Log& log);

// Of the stored state when it stands at the head of `log`, or of what is kept of the past; where
// neither has it, the log is folded anew, beside it.
Result<ViewDigest> folder_digest(const std::string& data, const Log& log, const std::string& view,
                                 const std::optional<Asked>& at, const ShowProgress& progress);

// `locked` while a server runs; `stopping` when the person ends it.
Result<ViewDigest> rebuild_in_folder(const std::string& data, const std::string& view,
                                     LongWork& work);

}  // namespace syncline
