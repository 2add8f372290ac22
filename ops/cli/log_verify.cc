// `syncline log verify`: a folder by itself, or by the server that runs on it.
#include <chrono>
#include <cstdio>

#include "connectors/json/writer.h"
#include "connectors/operators/verification_json.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/print.h"
#include "ops/cli/server_answer.h"
#include "ops/cli/server_job.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;

Result<Verification> verify_on_server(const LogVerifyCommand& command, Position from,
                                      LongWork& work) {
  const auto client = client_for(command.where);
  if (client.has_error()) return client.error();
  std::string target = "/v1/log/verify?from=" + std::to_string(from.value);
  if (command.to) target += "&to=" + std::to_string(command.to->value);
  if (command.rate) target += "&rate=" + std::to_string(*command.rate);
  const auto result = run_on_server(*client, target, work);
  if (result.has_error()) return result.error();
  JsonDocument document;
  const auto json = document.parse(*result);
  const auto seen = json.has_error() ? std::nullopt : read_verification(*json);
  if (!seen) return not_ours(target);
  return *seen;
}

// Not through LogSource: a log whose end is damaged opens for nothing else.
Result<Verification> verify(const LogVerifyCommand& command) {
  const Position from = command.from.value_or(Position(1));
  LongWork work("verifying", command.rate);
  if (!command.where.server.empty()) return verify_on_server(command, from, work);
  // A log that is gone is one of its findings; a folder that may not be looked into is none.
  auto there = look_for_log(command.where.data);
  if (there.has_error() && there.error().code != ErrorCode::not_found) return there.error();
  return verify_log({.data = command.where.data,
                     .from = from,
                     .to = command.to,
                     .progress = [&work](Position done, Position of, std::size_t bytes) {
                       return work.go_on(done, of, bytes) ? Onward::go_on : Onward::end_here;
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
  if (seen.events == 0 && seen.from > Position(1)) {
    print_line("ok: nothing to look at; the log ends at " +
               std::to_string(seen.head.position.value));
    return;
  }
  std::string range;
  if (seen.events > 0 && seen.events < seen.head.position.value) {
    range = " (" + std::to_string(seen.from.value) + " to " + std::to_string(seen.to.value) + ")";
  }
  print_line((seen.next ? "ok so far: " : "ok: ") + std::to_string(seen.events) + " events" +
             range + " in " + seconds(took) + "; the log ends at " +
             std::to_string(seen.head.position.value) + " with hash " + hex(seen.head.hash));
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
  if (seen->fault) return Exit::found_wrong;
  if (!seen->next) return Exit::done;
  return failed(
      {ErrorCode::stopping, "it was ended before event " + std::to_string(seen->next->value) +
                                "; go on with --from " + std::to_string(seen->next->value)});
}

}  // namespace syncline
