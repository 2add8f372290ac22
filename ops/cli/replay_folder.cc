// `syncline replay --to-folder`: the log as it was, in a folder of its own. Every view of it can be
// looked at as it was then, by the same verbs and by a server.
#include "ops/cli/log_copy.h"
#include "ops/cli/log_source.h"
#include "ops/cli/long_work.h"
#include "ops/cli/print.h"
#include "ops/cli/replay_commands.h"

namespace syncline {

Exit replay_to_folder(const ReplayCommand& command) {
  LongWork work("replaying");
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  const auto last = last_of(command, end->position);
  if (last.has_error()) return failed(last.error());
  const Position to = *last;
  LogCopy copy(command.to_folder);
  const auto go_on = [&](std::size_t bytes) { return work.go_on(copy.head().position, to, bytes); };
  const ExportQuery query{.from = {}, .to = to, .filter = {}};
  const FrameSink sink = copy.sink(go_on);
  auto made = copy.finish((*source)->frames(query, sink));
  if (made.has_error()) return failed(made.error());
  print_line(command.json ? copy.json()
                          : "replayed " + std::to_string(copy.head().position.value) +
                                " events into " + command.to_folder +
                                "; look with `syncline views digest --data " + command.to_folder +
                                "` and other verbs, do not serve it, and delete it then");
  return Exit::done;
}

}  // namespace syncline
