// `syncline log verify`: a folder by itself, or by the server that runs on it.
#include <chrono>
#include <cstdio>

#include "connectors/json/writer.h"
#include "connectors/operators/verification_json.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/print.h"
#include "ops/cli/progress_line.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;

// Not through LogSource: a log whose end is damaged opens for nothing else.
Result<Verification> verify(const LogVerifyCommand& command) {
  const Position from = command.from.value_or(Position(1));
  if (!command.where.server.empty()) return verify_on_server(command.where, from, command.to);
  if (auto there = look_for_log(command.where.data); there.has_error()) return there.error();
  ProgressLine progress("verifying");
  return verify_log({.data = command.where.data,
                     .from = from,
                     .to = command.to,
                     .progress = [&progress](Position done, Position of) {
                       progress.show(done, of);
                       return true;
                     }});
}

std::string seconds(milliseconds took) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(took.count()) / 1000);
  return text;
}

void print_text(const Verification& seen, milliseconds took) {
  if (seen.fault) {
    print_line("found: " + seen.fault->what);
    print_line("do: " + seen.fault->remedy);
    return;
  }
  std::string range;
  if (seen.events > 0 && seen.events < seen.head.position.value) {
    range = " (" + std::to_string(seen.from.value) + " to " + std::to_string(seen.to.value) + ")";
  }
  print_line("ok: " + std::to_string(seen.events) + " events" + range + " in " + seconds(took) +
             "; the log ends at " + std::to_string(seen.head.position.value) + " with hash " +
             hex(seen.head.hash));
}

}  // namespace

Exit run(const LogVerifyCommand& command) {
  const auto begun = std::chrono::steady_clock::now();
  const auto seen = verify(command);
  if (seen.has_error()) return failed(seen.error());
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  if (command.json) {
    std::string line;
    JsonWriter out(line);
    write_verification(*seen, took, out);
    print_line(line);
  } else {
    print_text(*seen, took);
  }
  return seen->fault ? Exit::found_wrong : Exit::done;
}

}  // namespace syncline
