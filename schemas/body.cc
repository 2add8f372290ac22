#include "schemas/body.h"

namespace syncline {

std::string_view name(SessionStatus status) {
  switch (status) {
    case SessionStatus::active:
      return "active";
    case SessionStatus::idle:
      return "idle";
    case SessionStatus::terminated:
      return "terminated";
  }
  return "active";
}

std::optional<SessionStatus> session_status(std::string_view name) {
  if (name == "active") return SessionStatus::active;
  if (name == "idle") return SessionStatus::idle;
  if (name == "terminated") return SessionStatus::terminated;
  return std::nullopt;
}

std::string_view EventBody::type_name() const {
  if (type != EventType::custom) return info(type).name;
  const auto* document = std::get_if<Document>(&payload);
  return document != nullptr ? document->type : info(type).name;
}

}  // namespace syncline
