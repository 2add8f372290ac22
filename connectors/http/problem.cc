#include "connectors/http/problem.h"

#include "connectors/http/response_text.h"
#include "connectors/json/writer.h"

namespace syncline {

std::string problem_json(int status, std::string_view code, std::string_view detail,
                         const std::vector<FieldFault>& faults) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("type", "about:blank")
      .field("title", reason_phrase(status))
      .field("status", status)
      .field("code", code)
      .field("detail", detail);
  if (!faults.empty()) {
    json.key("errors").begin_array();
    for (const FieldFault& fault : faults)
      json.begin_object()
          .field("pointer", std::string_view(fault.pointer))
          .field("detail", std::string_view(fault.message))
          .end_object();
    json.end_array();
  }
  json.end_object();
  return out;
}

Response problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<FieldFault>& faults) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = problem_json(status, code, detail, faults);
  response.refused = std::make_shared<const Refused>(std::string(code), std::string(detail));
  return response;
}

Response problem(const Error& error) {
  const int status = http_status(error.code);
  Response response = problem(status, problem_code(error), problem_detail(error));
  invite_retry(response);
  return response;
}

std::string_view problem_code(const Error& error) {
  if (error.event) return "unreadable";
  return http_status(error.code) == 500 ? "internal" : name(error.code);
}

// What an operating system or a file said is for the operator's log, not for a caller.
std::string problem_detail(const Error& error) {
  if (error.event) {
    return "event " + std::to_string(error.event->value) +
           " cannot be read: the disk failed, or the file is damaged; the server's log names it";
  }
  if (http_status(error.code) == 500) return "the server could not do this; see its log";
  return error.message;
}

void reword(Response& response, RefusalBody refusals) {
  if (!response.refused) return;
  response.content_type = "application/json";
  response.body = refusals(response.status, response.refused->detail);
}

void invite_retry(Response& response) {
  if (response.status == 503) response.headers.emplace_back("retry-after", "1");
  if (response.status == 507) response.headers.emplace_back("retry-after", "10");
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 422;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::version_mismatch:
      return 412;
    case ErrorCode::refused:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::queue_full:
      return 503;
    case ErrorCode::log_closed:
      return 503;
    case ErrorCode::disk_full:
      return 507;
    case ErrorCode::stopping:
    case ErrorCode::past_behind:
      return 503;
    case ErrorCode::timeout:
      return 504;
    case ErrorCode::corrupt:
    case ErrorCode::acked_ahead:
    case ErrorCode::locked:
    case ErrorCode::newer_format:
    case ErrorCode::io:
      return 500;
  }
  return 500;
}

}  // namespace syncline
