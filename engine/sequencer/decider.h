// A decider is a pure function that reads the state as it will be when everything accepted so far
// is folded, and answers with events or a refusal (licence validation, create-if-absent, if-match).
// It runs on the sequencer's thread, between two events: what it read cannot change before what it
// decided is in the log. It must be short: everybody waits for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/sequencer/draft.h"

namespace syncline {

// What a decider reads: the views plus an overlay of everything staged and not folded yet.
class StagedState {
 public:
  virtual ~StagedState() = default;
  // A key of a projection's state. Unknown projection: a broken invariant.
  virtual std::optional<std::string> get(std::string_view projection, std::string_view key) = 0;
  virtual Position subject_version(std::string_view subject) = 0;
  virtual Time now() const = 0;  // the received_time of what it decides
};

using Decider = std::function<Result<std::vector<Draft>>(StagedState&)>;

}  // namespace syncline
