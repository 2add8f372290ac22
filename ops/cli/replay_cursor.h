// How far a replay is, in a file that outlives it: of which log, told to whom, which of its
// events, and the last one that was taken. Replaced whole after each one, and on disk before the
// next one is sent.
#pragma once

#include <optional>
#include <string>

#include "engine/error.h"
#include "schemas/types.h"

namespace syncline {

struct ReplayCursor {
  std::string log;     // its identity
  std::string to;      // the URL
  std::string chosen;  // what its filter lets through
  Position position;
};

// nullopt: there is no such file yet.
Result<std::optional<ReplayCursor>> read_cursor(const std::string& path);
Result<void> keep_cursor(const std::string& path, const ReplayCursor& cursor);

}  // namespace syncline
