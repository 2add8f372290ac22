#include "connectors/cloudevents/merge_json.h"

namespace syncline {

// Recursion is bounded by limits::kJsonDepth: both values were read by JsonDocument.
void merge_json(const JsonValue& base, const JsonValue& over, JsonWriter& out) {
  if (!base.is(JsonKind::object) || !over.is(JsonKind::object)) {
    out.raw(over.raw());
    return;
  }
  out.begin_object();
  for (const JsonValue::Member& member : base.members()) {
    out.key(member.name);
    if (const auto above = over.find(member.name)) {
      merge_json(member.value, *above, out);
    } else {
      out.raw(member.value.raw());
    }
  }
  for (const JsonValue::Member& member : over.members()) {
    if (!base.find(member.name)) out.key(member.name).raw(member.value.raw());
  }
  out.end_object();
}

}  // namespace syncline
