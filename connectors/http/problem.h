// Errors on the wire: application/problem+json (RFC 9457) with a stable `code`. The contracts that
// are older than that have shapes of their own, which their routes name (Route::refusals).
#pragma once

#include "connectors/http/message.h"
#include "engine/error.h"

namespace syncline {

struct FieldFault {
  std::string pointer;  // JSON pointer (RFC 6901)
  std::string message;
};

// `code` is a stable snake_case word; `detail` says what happened, to what, and what to do.
Response problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<FieldFault>& faults = {});
// The engine's error codes as statuses: conflict 409, version_mismatch 412, queue_full,
// log_closed and past_behind 503, disk_full 507, invalid 422, too_large 413, refused 409, not_found
// 404, timeout 504, else 500, which names the event that cannot be read, and never a file.
Response problem(const Error& error);
std::string_view problem_code(const Error& error);
std::string problem_detail(const Error& error);
int http_status(ErrorCode code);
// 503 and 507: Retry-After, because the same request may do later.
void invite_retry(Response& response);
// A refusal in another shape: the body as JSON, from what the problem tells a person.
using RefusalBody = std::string (*)(int status, std::string_view detail);
void reword(Response& response, RefusalBody refusals);  // what refuses nothing stays as it is
// The members only, as one item of a batch's results.
std::string problem_json(int status, std::string_view code, std::string_view detail,
                         const std::vector<FieldFault>& faults = {});

}  // namespace syncline
