// `syncline log head|get|tail` and `syncline history`.
#include "connectors/json/writer.h"
#include "ops/cli/event_text.h"
#include "ops/cli/log_source.h"
#include "ops/cli/verbs.h"

namespace syncline {
namespace {

// With --json one CloudEvent a line, so that a long answer can be read as it comes.
bool print_event(std::string_view line, bool json) {
  return print_line(json ? std::string(line) : event_row(line));
}

}  // namespace

Exit run(const LogHeadCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  if (command.json) {
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("position", end->position)
        .field("hash", std::string_view(end->hash))
        .field("identity", std::string_view(end->identity))
        .end_object();
    print_line(line);
  } else {
    print_line("position  " + std::to_string(end->position.value));
    print_line("hash      " + end->hash);
    print_line("log       " + end->identity);
  }
  return Exit::done;
}

Exit run(const LogGetCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  bool found = false;
  const auto read =
      (*source)->events(command.position, command.position, [&](Position, std::string_view line) {
        found = true;
        return print_line(command.json ? std::string(line) : event_sheet(line));
      });
  if (read.has_error()) return failed(read.error());
  if (found) return Exit::done;
  return failed({ErrorCode::not_found, "there is no event at position " +
                                           std::to_string(command.position.value) +
                                           "; `syncline log head` says where the log ends"});
}

Exit run(const LogTailCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  const std::uint64_t behind = std::min(command.count, end->position.value);
  Position next(end->position.value - behind + 1);
  Position head = end->position;
  bool read_on = true;
  const EachEvent print = [&](Position position, std::string_view line) {
    next = position.next();
    return read_on = print_event(line, command.json);
  };
  while (read_on) {
    if (next <= head) {
      const auto read = (*source)->events(next, head, print);
      if (read.has_error()) return failed(read.error());
    }
    if (!command.follow) break;
    const auto grown = (*source)->wait_beyond(head);
    if (grown.has_error()) return failed(grown.error());
    head = std::max(head, *grown);
  }
  return Exit::done;
}

Exit run(const HistoryCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  bool found = false;
  const auto read = (*source)->history(command.subject, [&](Position, std::string_view line) {
    found = true;
    return print_event(line, command.json);
  });
  if (read.has_error()) return failed(read.error());
  if (found) return Exit::done;
  return failed({ErrorCode::not_found, "nothing has happened to `" + command.subject +
                                           "`; subjects look like session/42/abc"});
}

}  // namespace syncline
