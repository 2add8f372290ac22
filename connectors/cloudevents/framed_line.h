// A line of an export: an event on the wire, and beside it what the same log can be made of again.
// Four members more than a CloudEvent has: `frame` (the event as it lies in the log, base64),
// `idgiven` (its producer gave the id, so that it is in the index of ids), `logid` and `lognode`
// (which log it is of). The frame is what counts; the rest of the line is for people and for
// programs that want CloudEvents. Pure.
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
  std::string frame;  // as it came: nothing in it is checked
  bool id_given = false;
  LogName log;
};

// `invalid`: it is no such line; the message is the end of a sentence that begins with the line.
Result<FramedEvent> read_framed_line(std::string_view line);

}  // namespace syncline
