// `syncline config check` and `syncline version`.
#include "connectors/json/writer.h"
#include "ops/cli/config.h"
#include "ops/cli/print.h"
#include "ops/cli/serve_commands.h"

namespace syncline {

Exit run(const ConfigCheckCommand& command) {
  const std::filesystem::path file = config_file(command.config);
  const auto reading = read_config(
      {.dev = command.dev, .file = file, .environment = process_environment(), .flags = {}});
  const bool good = reading.faults.empty();
  if (command.json) {
    std::string line;
    JsonWriter out(line);
    out.begin_object().field("ok", good).text_or_null("file", file.string());
    out.key("faults").begin_array();
    for (const auto& fault : reading.faults) {
      out.begin_object()
          .field("where", std::string_view(fault.where))
          .field("key", std::string_view(fault.key))
          .field("what", std::string_view(fault.what))
          .end_object();
    }
    out.end_array().key("unused").begin_array();
    for (const auto& key : reading.config.unused) out.value(std::string_view(key));
    out.end_array().key("notes").begin_array();
    for (const auto& note : reading.config.notes) out.value(std::string_view(note));
    out.end_array().end_object();
    print_line(line);
  } else {
    print_line(file.empty() ? "no configuration file (--config FILE, or ./syncline.toml)"
                            : "configuration file: " + file.string());
    for (const auto& fault : reading.faults) print_line(fault.text());
    for (const auto& key : reading.config.unused) {
      print_line("note: this version does not act on " + key);
    }
    for (const auto& note : reading.config.notes) print_line("note: " + note);
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
