#include "connectors/cloudevents/body_fault.h"

#include "connectors/json/utf8.h"
#include "engine/limits.h"

namespace syncline {
namespace {

// Of what lies in an event; lives until the next one.
Result<JsonValue> parse(std::string_view json) {
  thread_local JsonDocument document;
  return document.parse(json, limits::kDataDepth);
}

bool is_object(std::string_view text) {
  if (text.empty()) return true;  // absent
  const auto value = parse(text);
  return value.has_value() && value->is(JsonKind::object);
}

std::string document_fault(const Document& document, EventType type) {
  switch (document.encoding) {
    case Encoding::none:
    case Encoding::binary:
      break;
    case Encoding::json:
      if (const auto json = parse(document.data); json.has_error()) {
        return "has data that is " + json.error().message;
      }
      break;
    case Encoding::text:
      if (utf8_fault(document.data) != std::string_view::npos) return "has text that is not UTF-8";
      break;
    default:
      return "has data in an encoding that this program does not know";
  }
  const bool named = type != EventType::custom;
  if (named && !document.type.empty()) return "has a type of its own and one with a name";
  return "";
}

// A mapping takes the payload for its type's.
bool is_of_its_type(const EventBody& body, const PayloadMapping& mapping) {
  std::string json;
  JsonWriter out(json);
  try {
    mapping.write(body, out);
  } catch (const std::bad_variant_access&) {
    return false;
  }
  return parse(json).has_value();
}

}  // namespace

std::string body_fault(const EventBody& body, const PayloadMappings& mappings) {
  if (body.type != EventType::custom && info(body.type).type == EventType::custom) {
    return "is of type number " + std::to_string(static_cast<int>(body.type)) +
           ", which this program does not know";
  }
  for (const std::string_view text : {body.id, body.source, body.subject, body.type_name()}) {
    if (utf8_fault(text) != std::string_view::npos) return "has a name that is not UTF-8";
  }
  if (!is_object(body.extra_json) || !is_object(body.extensions_json)) {
    return "has fields or extensions that are no JSON object";
  }
  if (const auto* document = std::get_if<Document>(&body.payload)) {
    return document_fault(*document, body.type);
  }
  const PayloadMapping* const mapping = mappings.find(body.type);
  if (mapping == nullptr || !is_of_its_type(body, *mapping)) {
    return "has a payload of another type than " + std::string(body.type_name());
  }
  return "";
}

}  // namespace syncline
