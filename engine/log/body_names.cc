#include "engine/log/body_names.h"

#include <string>

#include "engine/limits.h"

namespace syncline {
namespace {

std::optional<Error> name_fault(std::string_view what, std::string_view name, bool required) {
  if (required && name.empty()) {
    return Error{ErrorCode::invalid, "the event has no " + std::string(what) + "; give it one"};
  }
  if (name.size() > limits::kNameBytes) {
    return Error{ErrorCode::too_large, "the event's " + std::string(what) + " is " +
                                           std::to_string(name.size()) + " bytes long; at most " +
                                           std::to_string(limits::kNameBytes) + " are taken"};
  }
  if (name.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::invalid, "the event's " + std::string(what) + " holds a NUL byte"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> names_fault(const EventBody& body) {
  if (auto fault = name_fault("id", body.id, true)) return fault;
  if (auto fault = name_fault("source", body.source, true)) return fault;
  if (auto fault = name_fault("subject", body.subject, false)) return fault;
  return name_fault("type", body.type_name(), true);
}

}  // namespace syncline
