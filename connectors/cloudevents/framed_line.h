// A line of an export: an event on the wire, and beside it what the same log can be made of again.
// Four members more than a CloudEvent has: `frame` (the event as it lies in the log, base64),
// `idgiven` (its producer gave the id, so that it is in the index of ids), `logid` and `lognode`
// (which log it is of). The frame is what counts; the CloudEvent is for people and for programs
// that want one, and must say what the frame says. Pure.
#pragma once

#include <string>
#include <string_view>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

// `frame` is without fault.
std::string framed_line(std::string_view frame, bool id_given, const LogName& log,
                        const PayloadMappings& mappings);

struct FramedEvent {
  std::string frame;  // as it came: whoever takes it looks for its faults
  bool id_given = false;
  LogName log;
};

// `invalid`: it is no such line, or contradicts its frame; the message is the end of a sentence
// that begins with the line.
Result<FramedEvent> read_framed_line(std::string_view line, const PayloadMappings& mappings);

}  // namespace syncline
