// What was told once is told again: events of the log, in order, to a file, to stdout, to whoever
// takes CloudEvents over HTTP, to a topic, or to a folder, which is the log as it was then.
#pragma once

#include <optional>
#include <string>

#include "connectors/events/event_filter.h"
#include "engine/error.h"
#include "ops/cli/command.h"
#include "ops/cli/mirror_commands.h"
#include "ops/cli/replay_speed.h"
#include "schemas/types.h"

namespace syncline {

struct ReplayCommand {
  Where where;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  EventFilter filter;
  ReplaySpeed speed;
  bool to_stdout = false;  // exactly one of these five is set
  std::string to_folder;   // a data folder that holds the log up to `to`
  std::string to_file;
  std::string to_http;  // http://host[:port]/path
  bool to_kafka = false;
  MirrorWhere kafka;        // for to_kafka: which broker
  std::string topic;        // for to_kafka
  std::string header_file;  // for to_http: fields of each request, credentials among them
  std::string cursor;       // for to_http: the file that says how far it is; "": none
  bool json = false;        // the summary; the events are JSON in any case
};

// With which event it ends. Error: the log ends before it, or before the one it is to begin with;
// behind the last one there is nothing to tell, as when it was all told before.
Result<Position> last_of(const ReplayCommand& command, Position head);

Exit run(const ReplayCommand& command);
Exit replay_to_folder(const ReplayCommand& command);

}  // namespace syncline
