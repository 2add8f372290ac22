// From an event to the wire.
#include <algorithm>

#include "connectors/auth/base64.h"
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/merge_json.h"
#include "connectors/json/time_text.h"

namespace syncline {
namespace {

std::string_view content_type(const EventBody& body) {
  const auto* const document = std::get_if<Document>(&body.payload);
  if (document == nullptr) return "application/json";
  if (!document->content_type.empty()) return document->content_type;
  return document->encoding == Encoding::json ? "application/json" : "";
}

void write_document(const Document& document, JsonWriter& out) {
  switch (document.encoding) {
    case Encoding::none:
      out.null();
      return;
    case Encoding::json:
      out.raw(document.data);
      return;
    case Encoding::text:
      out.value(document.data);
      return;
    case Encoding::binary:
      out.value(base64(document.data));
      return;
  }
}

void write_extensions(std::string_view json, JsonWriter& out) {
  if (json.empty()) return;
  thread_local JsonDocument document;
  const auto extensions = document.parse(json);
  SYNCLINE_CHECK(extensions.has_value());
  if (const auto schema = extensions->find("dataschema")) out.key("dataschema").raw(schema->raw());
  for (const JsonValue::Member& member : extensions->members()) {
    if (member.name != "dataschema") out.key(member.name).raw(member.value.raw());
  }
}

}  // namespace

void write_cloudevent(const Event& event, const PayloadMappings& mappings, JsonWriter& out,
                      Readers readers) {
  const EventBody& body = event.body;
  out.begin_object();
  out.field("specversion", "1.0").field("id", body.id).field("source", body.source);
  out.field("type", body.type_name());
  if (!body.subject.empty()) out.field("subject", body.subject);
  if (body.event_time) out.field("time", to_iso_exact(*body.event_time));
  const std::string_view media = content_type(body);
  if (!media.empty()) out.field("datacontenttype", media);
  write_extensions(body.extensions_json, out);
  if (!body.trace.empty()) out.field("traceparent", body.trace);

  const RecordHeader& header = event.header;
  if (readers == Readers::of_this_log) out.field("position", header.position);
  out.field("incarnation", static_cast<std::uint64_t>(header.name.incarnation));
  out.field("sequence", header.name.sequence.value);
  out.field("origin", header.name.origin.text());
  out.field("hlc", std::to_string(header.hlc.value));
  out.field("receivedtime", header.received_time);
  out.field("hash", hex(header.hash));

  const auto* const document = std::get_if<Document>(&body.payload);
  if (document == nullptr || document->encoding != Encoding::none) {
    const bool binary = document != nullptr && document->encoding == Encoding::binary;
    out.key(binary ? "data_base64" : "data");
    write_payload(body, mappings, out);
  }
  out.end_object();
}

std::string cloudevent_line(const Event& event, const PayloadMappings& mappings) {
  std::string line;
  JsonWriter out(line);
  write_cloudevent(event, mappings, out);
  // In valid JSON a line break is never inside a text.
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

void write_payload(const EventBody& body, const PayloadMappings& mappings, JsonWriter& out) {
  if (const auto* const document = std::get_if<Document>(&body.payload)) {
    return write_document(*document, out);
  }
  const PayloadMapping* const mapping = mappings.find(body.type);
  SYNCLINE_CHECK(mapping != nullptr);  // a payload with fields of its own comes with its mapping
  if (body.extra_json.empty()) return mapping->write(body, out);

  thread_local JsonDocument named_document, extra_document;
  std::string json;
  JsonWriter named(json);
  mapping->write(body, named);
  const auto base = named_document.parse(json);
  const auto extra = extra_document.parse(body.extra_json);
  SYNCLINE_CHECK(base.has_value() && extra.has_value());
  merge_json(*base, *extra, out);
}

}  // namespace syncline
