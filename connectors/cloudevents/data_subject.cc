#include "connectors/cloudevents/data_subject.h"

namespace syncline {
namespace {

// Ids are texts or whole numbers.
std::optional<std::string> id_of(const JsonValue& object, std::string_view name) {
  const auto value = object.find(name);
  if (!value) return std::nullopt;
  if (const auto text = value->text()) return std::string(*text);
  if (const auto number = value->integer()) return std::to_string(*number);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> data_subject(EventType type, const JsonValue& data) {
  if (!data.is(JsonKind::object)) return std::nullopt;
  if (type == EventType::session_synced) {
    const auto user = id_of(data, "user_id");
    const auto session_data = data.find("session_data");
    if (!user || !session_data || !session_data->is(JsonKind::object)) return std::nullopt;
    const auto session = id_of(*session_data, "session_id");
    if (!session) return std::nullopt;
    return make_subject("session", {*user, *session});
  }
  if (type == EventType::presence_beat || type == EventType::presence_cleared) {
    const auto user = id_of(data, "userId");
    if (!user || user->empty()) return std::nullopt;
    return make_subject("presence", {*user});
  }
  return std::nullopt;
}

}  // namespace syncline
