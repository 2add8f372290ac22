// The bodies that POST /v1/events takes, as drafts: one event (structured or binary mode), a batch,
// or NDJSON. Text that is not JSON refuses the whole request; an event that breaks a rule is
// refused on its own. Pure but for the clock and the generator behind the reader; nothing is
// written here.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "connectors/cloudevents/cloudevent.h"

namespace syncline {

// The events of one request, in its order.
struct Intake {
  bool many = false;  // answered with results, in order
  std::vector<std::variant<Draft, Rejection>> events;
  std::vector<std::size_t> lines;  // of NDJSON: the line of each, from 1
};

// Or why nothing of it can be taken: 400 invalid_json, 413 too_large, 415 unsupported_media_type.
std::variant<Intake, Rejection> read_intake(const Request& request, const CloudEventReader& reader);

}  // namespace syncline
