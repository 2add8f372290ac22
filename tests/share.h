// How much of a full count this run does. The counts that an issue names run behind `ops/test
// --long` (SYNCLINE_RUN=long); the plain run has a share that fits its half hour, and under a
// sanitizer (SYNCLINE_RUN=sanitize) a smaller one.
#pragma once

#include <cstdlib>
#include <string_view>

namespace syncline {

struct Share {
  int full;
  int plain;
  int sanitized;
};

inline int count_of(Share share) {
  const char* set = std::getenv("SYNCLINE_RUN");
  const std::string_view run = set == nullptr ? "" : set;
  if (run == "long") return share.full;
  return run == "sanitize" ? share.sanitized : share.plain;
}

}  // namespace syncline
