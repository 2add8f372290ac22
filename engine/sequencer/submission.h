// One request on its way through the sequencer, and its answer. The caller makes it, submits it,
// and gets it back in `done`, called once, on the fold thread (or inside submit() when it is
// refused): `done` hands the answer over to another thread and returns at once.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/fold/projection.h"
#include "engine/sequencer/decider.h"
#include "engine/sequencer/draft.h"

namespace syncline {

struct Receipt {
  Position position;  // of a repeat: the first event's
  EventName name;
  Time received_time;
  bool duplicate = false;
  Outcome outcome;  // of the projection that the event concerns
};

struct Submission {
  // All or nothing, in order. Callers that want each draft on its own make a submission each and
  // hand them in together.
  std::vector<Draft> drafts;
  // When set, it is asked on the sequencer's thread for the drafts to append.
  Decider decide;
  bool into_reserve = false;  // it is written although the disk is almost full
  std::function<void(std::unique_ptr<Submission>)> done;

  // The answer: a receipt for each draft in order, or why nothing was written, and at which draft.
  Result<std::vector<Receipt>> answer = std::vector<Receipt>{};
  std::size_t failed_draft = 0;
};

}  // namespace syncline
