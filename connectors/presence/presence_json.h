// JSON ↔ the events of presence: the one place that knows how a beat, a clear and an expiry are
// written. The body of `POST /api/stats/heartbeat` is the data of a presence.beat without its user,
// who is the token's. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "connectors/cloudevents/payload_mapping.h"

namespace syncline {

// What a page says about itself: `module`, which is required, `page` and `resource`; null is
// absent. `extra` gets, as one object, what the contract does not name. Who it is, `userId` and
// `name`, is not looked at, and not kept.
void read_activity(const JsonValue& data, PresenceBeat& beat, std::string& extra,
                   std::vector<FieldFault>& faults);

// A user's id as the token had it: a number stays one.
void write_user_id(std::string_view id, bool is_number, JsonWriter& out);

// A module as the configuration has it: beats say the id, readers are told the name.
struct ModuleName {
  std::string id, name;
};

// '"pms" or "ih"'
std::string choice_of(std::span<const ModuleName> modules);

// `modules`: those that a producer's beat may name; none: any, as where events are read that were
// accepted before.
void add_presence_mappings(PayloadMappings& mappings, std::vector<ModuleName> modules = {});

}  // namespace syncline
