#include "connectors/cloudevents/content.h"

#include "connectors/cloudevents/media_type.h"
#include "engine/sequencer/draft.h"

namespace syncline {
namespace {

std::string canonical(std::string_view json, std::string_view without = {}) {
  thread_local JsonDocument document;
  const auto value = document.parse(json);
  SYNCLINE_CHECK(value.has_value());
  return canonical_json(*value, without);
}

std::string canonical_object(std::string_view json, std::string_view without = {}) {
  return json.empty() ? "{}" : canonical(json, without);
}

std::string_view name(Encoding encoding) {
  static constexpr std::string_view kNames[] = {"none", "json", "text", "binary"};
  return kNames[static_cast<std::size_t>(encoding)];
}

// What else an event says, as it is kept. A retry may have another trace.
std::string canonical_extra(const EventBody& body) {
  static constexpr std::size_t kUsualBytes = 96;
  std::string json;
  json.reserve(kUsualBytes);
  JsonWriter out(json);
  out.begin_object();
  if (const auto* document = std::get_if<Document>(&body.payload)) {
    // Absent means JSON (CloudEvents 1.0), so that both are one content.
    const bool usual = document->content_type == kJsonMedia;
    out.field("datacontenttype", usual ? "" : document->content_type)
        .field("encoding", name(document->encoding));
  }
  out.key("extensions").raw(canonical_object(body.extensions_json, "tracestate"));
  out.key("extra").raw(canonical_object(body.extra_json));
  out.end_object();
  return json;
}

// The JSON that a mapping gives back for what it has read: the same for every spelling of it.
std::string canonical_payload(const PayloadMapping& mapping, const EventBody& body) {
  std::string json;
  JsonWriter out(json);
  mapping.write(body, out);
  return canonical(json);
}

}  // namespace

Hash content_hash_of(const EventBody& body, const PayloadMappings& mappings,
                     const std::optional<JsonValue>& data) {
  const std::string extra = canonical_extra(body);
  const auto* const document = std::get_if<Document>(&body.payload);
  if (document == nullptr) {
    const PayloadMapping* const mapping = mappings.find(body.type);
    SYNCLINE_CHECK(mapping != nullptr);
    return content_hash(body, canonical_payload(*mapping, body), extra);
  }
  if (document->encoding != Encoding::json) return content_hash(body, document->data, extra);
  const std::string_view without = info(body.type).record ? "after" : "";
  return content_hash(
      body, data ? canonical_json(*data, without) : canonical(document->data, without), extra);
}

}  // namespace syncline
