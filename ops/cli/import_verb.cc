// `syncline log import`: a log again, from what `log export` wrote of it. The folder is a log only
// when all of the file was read and right.
#include "connectors/operators/export_reader.h"
#include "ops/cli/import_new.h"
#include "ops/cli/input_file.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_copy.h"
#include "ops/cli/long_work.h"
#include "ops/cli/print.h"
#include "ops/cli/wiring.h"

namespace syncline {

Exit run(const LogImportCommand& command) {
  LongWork work("importing, bytes", command.rate);
  if (command.as_new) return import_as_new(command, work);
  InputFile file(command.file);
  LogCopy copy(command.data);
  const auto go_on = [&](std::size_t bytes) {
    const auto [read, size] = file.place();
    return work.go_on(Position(read), Position(size), bytes);
  };
  const PayloadMappings mappings = make_payload_mappings();
  ExportReader reader(copy.sink(go_on), mappings);
  if (auto made = copy.finish(file.read(reader)); made.has_error()) return failed(made.error());
  const Head head = copy.head();
  const std::string position = std::to_string(head.position.value);
  print_line(command.json ? copy.json()
                          : "imported " + position + " events into " + command.data +
                                "; the log ends at " + position + " with hash " + hex(head.hash));
  return Exit::done;
}

}  // namespace syncline
