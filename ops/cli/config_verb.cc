// `syncline config check` and `syncline version`.
#include "connectors/json/writer.h"
#include "ops/cli/config.h"
#include "ops/cli/verbs.h"

namespace syncline {

Exit run(const ConfigCheckCommand& command) {
  const auto reading = read_config({.dev = command.dev,
                                    .file = command.config,
                                    .environment = process_environment(),
                                    .flags = {}});
  const bool good = reading.faults.empty();
  if (command.json) {
    std::string line;
    JsonWriter out(line);
    out.begin_object().field("ok", good).key("faults").begin_array();
    for (const auto& fault : reading.faults) {
      out.begin_object()
          .field("where", std::string_view(fault.where))
          .field("key", std::string_view(fault.key))
          .field("what", std::string_view(fault.what))
          .end_object();
    }
    out.end_array().key("unused").begin_array();
    for (const auto& key : reading.config.unused) out.value(std::string_view(key));
    out.end_array().end_object();
    print_line(line);
  } else {
    for (const auto& fault : reading.faults) print_line(fault.text());
    for (const auto& key : reading.config.unused) {
      print_line("note: this version does not act on " + key);
    }
    if (good) print_line("ok");
  }
  return good ? Exit::done : Exit::found_wrong;
}

Exit run(const VersionCommand& command) {
  print_line(command.json ? R"({"version":")" SYNCLINE_VERSION R"("})"
                          : "syncline " SYNCLINE_VERSION);
  return Exit::done;
}

}  // namespace syncline
