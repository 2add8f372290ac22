// What each verb does; one function a verb, in a file of its own. Answers go to stdout, and one
// sentence about what went wrong to stderr.
#pragma once

#include "engine/error.h"
#include "ops/cli/command.h"

namespace syncline {

Exit run(const ServeCommand& command);
Exit run(const TokenCommand& command);
Exit run(const ConfigCheckCommand& command);
Exit run(const VersionCommand& command);
Exit run(const LogHeadCommand& command);
Exit run(const LogGetCommand& command);
Exit run(const LogTailCommand& command);
Exit run(const LogExportCommand& command);
Exit run(const LogVerifyCommand& command);
Exit run(const HistoryCommand& command);
Exit run(const ViewsListCommand& command);
Exit run(const ViewsDigestCommand& command);
Exit run(const ViewsShowCommand& command);
Exit run(const ViewsRebuildCommand& command);

// Prints `error` as `syncline: …`.
Exit failed(const Error& error);
// One line to stdout. False once nobody reads it.
bool print_line(std::string_view line);

}  // namespace syncline
