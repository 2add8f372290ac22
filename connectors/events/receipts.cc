#include "connectors/events/receipts.h"

namespace syncline {

void write_receipt(const Receipt& receipt, std::string_view id, const MirroredMark& mirrored,
                   JsonWriter& out) {
  out.begin_object()
      .field("position", receipt.position)
      .field("id", id)
      .field("duplicate", receipt.duplicate)
      .field("durable", true)
      .field("mirrored", mirrored.has(receipt.position))
      .end_object();
}

Sent sent(std::size_t index, const Draft& draft) { return {index, std::string(draft.id())}; }

Refusal refusal_of(const Error& error) {
  Refusal refusal;
  Rejection& rejection = refusal.rejection;
  rejection.status = http_status(error.code);
  rejection.code = error.code == ErrorCode::conflict ? "id_conflict" : name(error.code);
  rejection.detail = error.message;
  if (rejection.status == 500) {
    rejection.code = problem_code(error);
    rejection.detail = problem_detail(error);
  }
  if (error.code == ErrorCode::invalid) {  // all else was checked before it became a draft
    rejection.code = "invalid_event";
    rejection.faults.push_back({"/baseversion", "names no event of this subject"});
  }
  if (error.code == ErrorCode::version_mismatch) {
    rejection.faults.push_back({"/expectedversion", "is not the version of this subject"});
    refusal.current = error.current;
  }
  return refusal;
}

std::string refusal_json(const Refusal& refusal) {
  const Rejection& why = refusal.rejection;
  std::string json = problem_json(why.status, why.code, why.detail, why.faults);
  const auto add = [&json](std::string_view name, std::uint64_t value) {
    json.pop_back();  // the closing brace
    json.append(",\"").append(name).append("\":").append(std::to_string(value)).append("}");
  };
  if (refusal.current) add("current", refusal.current->value);
  if (refusal.index) add("index", *refusal.index);
  return json;
}

Response refusal_response(const Refusal& refusal) {
  Response response;
  response.status = refusal.rejection.status;
  response.content_type = "application/problem+json";
  response.body = refusal_json(refusal);
  invite_retry(response);
  return response;
}

void name_place(Refusal& refusal, std::size_t index) {
  refusal.index = index;
  const std::string place = "/" + std::to_string(index);
  for (FieldFault& fault : refusal.rejection.faults) fault.pointer.insert(0, place);
  refusal.rejection.detail = "nothing was written, because of event " + std::to_string(index) +
                             " (from 0): " + refusal.rejection.detail;
}

}  // namespace syncline
