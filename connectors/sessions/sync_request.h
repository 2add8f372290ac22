// From the request of `POST /api/centcom/sessions/sync` to a draft, or to what is wrong with it.
// The body is JSON whatever its Content-Type says: pages that unload can send text/plain only.
#pragma once

#include <string>
#include <variant>

#include "connectors/http/message.h"
#include "engine/clock.h"
#include "engine/rng.h"
#include "engine/sequencer/draft.h"

namespace syncline {

struct SyncDraft {
  Draft draft;
  std::string user_id;
  std::string session_id;
};
// The text names the field: "session_data.risk_score must be a number from 0 to 1".
using SyncFault = std::string;

std::variant<SyncDraft, SyncFault> read_sync(const Request& request, Clock& clock, Rng& rng);

// "session/<user id>/<external id>", its segments percent-encoded.
std::string session_subject(std::string_view user_id, std::string_view session_id);

}  // namespace syncline
