#include "ops/cli/server_answer.h"

#include "connectors/json/document.h"

namespace syncline {

Error refusal(const HttpAnswer& answer) {
  JsonDocument json;
  const auto problem = json.parse(answer.body);
  const auto detail = problem.has_error() ? std::nullopt : problem->find("detail");
  std::string message = "the server answered " + std::to_string(answer.status);
  if (detail && detail->text()) message += ": " + std::string(*detail->text());
  if (answer.status == 401 || answer.status == 403) {
    message += "; give an admin token in SYNCLINE_TOKEN or --token-file";
  }
  // A proxy says 502 while its server restarts, a server that stops says 503.
  const bool passing = answer.status >= 502 && answer.status <= 504;
  // What is asked for is there, and has not got that far.
  const bool early = !problem.has_error() && problem->text_of("code") == "not_yet";
  return {early                  ? ErrorCode::invalid
          : answer.status == 404 ? ErrorCode::not_found
          : passing              ? ErrorCode::timeout
                                 : ErrorCode::refused,
          message};
}

Error not_ours(std::string_view target) {
  return {ErrorCode::invalid, "the server's answer to " + std::string(target) +
                                  " is not what syncline answers; is it another program?"};
}

}  // namespace syncline
