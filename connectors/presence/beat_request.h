// From the requests of `/api/stats/heartbeat` to drafts, or to what is wrong with them. The body is
// JSON whatever its Content-Type says. Who it is says the token alone.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "connectors/http/message.h"
#include "connectors/presence/presence_json.h"
#include "engine/clock.h"
#include "engine/rng.h"
#include "engine/sequencer/draft.h"

namespace syncline {

struct BeatFault {
  std::string_view code;
  std::string detail;
};

// A presence.beat; its module is one of `modules`.
std::variant<Draft, BeatFault> read_beat(const Request& request,
                                         std::span<const ModuleName> modules, Clock& clock,
                                         Rng& rng);
// A presence.cleared.
std::variant<Draft, BeatFault> read_clear(const Request& request, Clock& clock, Rng& rng);

// 'Invalid module. Must be "pms" or "ih"'
std::string invalid_module(std::span<const ModuleName> modules);

}  // namespace syncline
