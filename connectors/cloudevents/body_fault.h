// Whether the body of an event that was not made by this program's intake (a frame from a file) is
// one that intake could have made: its JSON is JSON, its payload is its type's. Readers take that
// for granted. Pure.
#pragma once

#include <string>

#include "connectors/cloudevents/payload_mapping.h"

namespace syncline {

// What is wrong, as the end of a sentence that begins with the event; "": nothing.
std::string body_fault(const EventBody& body, const PayloadMappings& mappings);

}  // namespace syncline
