// The entity that an event is about, where the data of a named type says it. Pure.
#pragma once

#include <optional>
#include <string>

#include "connectors/json/document.h"
#include "schemas/event_type.h"
#include "schemas/subject.h"

namespace syncline {

// session.synced → session/<user_id>/<session_id>, presence.* → presence/<userId>; nullopt: the
// data of this type, or this data, does not name it.
std::optional<std::string> data_subject(EventType type, const JsonValue& data);

}  // namespace syncline
