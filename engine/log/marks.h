// What the files beside a log say that it holds: log.acked, and the checkpoints of the views that
// serve. For verify.cc, which reads them before it opens the log: a server that runs acknowledges
// and folds only what is in its log already.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/log/verify.h"

namespace syncline {

// For a log that is not what it was; for views that are not this log's.
inline constexpr const char* kRestoreFolder =
    "stop the server, restore the folder from a copy that verifies, and look after the disk";
inline constexpr const char* kDeleteViews =
    "the log itself is not touched by it; stop the server and delete the views folder: it is built "
    "anew from the log";

struct Mark {
  std::string name;
  Head head;
  const char* remedy;  // for a log without this event
};

struct Marks {
  std::vector<Mark> all;
  bool acked = false;             // is there a log.acked?
  std::optional<LogFault> fault;  // of a file itself
};

// `data`: the folder. Errors: io.
Result<Marks> read_marks(const std::string& data, rocksdb::Env* env);

}  // namespace syncline
