#include "connectors/cloudevents/framed_line.h"

#include "connectors/auth/base64.h"
#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/cloudevent.h"

namespace syncline {
namespace {

// As frames hold it: zero padded, and of so many bytes.
bool names_log(std::string_view identity) {
  return !identity.empty() && identity.size() <= kIdentityBytes &&
         identity.find('\0') == std::string_view::npos;
}

Error no_line(std::string what) { return {ErrorCode::invalid, std::move(what)}; }

// What the line says otherwise than its frame does; "": nothing. What only one of them has is no
// contradiction: another version of the program may say more of an event.
std::string contradiction(std::string_view line, const JsonValue& said, std::string_view frame,
                          const PayloadMappings& mappings) {
  if (frame_fault(frame, FrameCheck::checksum) != nullptr) return "";
  const Event event = decode_frame(frame);
  if (!body_fault(event.body, mappings).empty()) return "";
  std::string right = cloudevent_line(event, mappings);
  if (line.starts_with(std::string_view(right).substr(0, right.size() - 1))) return "";
  JsonDocument document;
  const auto framed = document.parse(right);
  if (framed.has_error()) return "data";  // that nests too deep to be read, as the line does not
  for (const auto& [name, value] : framed->members()) {
    const auto other = said.find(name);
    if (other && canonical_json(*other) != canonical_json(value)) return std::string(name);
  }
  return "";
}

}  // namespace

std::string framed_line(std::string_view frame, bool id_given, const LogName& log,
                        const PayloadMappings& mappings) {
  std::string line = cloudevent_line(decode_frame(frame), mappings);
  line.pop_back();
  std::string more;
  JsonWriter(more)
      .begin_object()
      .field("frame", std::string_view(base64(frame)))
      .field("idgiven", id_given)
      .field("logid", std::string_view(log.identity))
      .field("lognode", log.node.text())
      .end_object();
  more.front() = ',';
  return line += more;
}

Result<FramedEvent> read_framed_line(std::string_view line, const PayloadMappings& mappings) {
  thread_local JsonDocument document;
  const auto event = document.parse(line);
  if (event.has_error()) return no_line("is " + event.error().message);
  if (!event->is(JsonKind::object)) return no_line("is no JSON object");
  const auto frame = event->find("frame");
  if (!frame || !frame->text()) {
    return no_line(
        "has no frame; only `log export --format ndjson` writes lines of which a log can "
        "be made");
  }
  auto bytes = from_base64(*frame->text());
  if (!bytes) return no_line("has a frame that is not base64");
  const auto given = event->find("idgiven");
  if (!given || !given->boolean()) return no_line("has no idgiven, which is true or false");
  const auto node = OriginId::from(event->text_of("lognode"));
  const std::string_view identity = event->text_of("logid");
  if (!node || !names_log(identity)) {
    return no_line("does not say of which log it is: logid, lognode");
  }
  if (const auto other = contradiction(line, *event, *bytes, mappings); !other.empty()) {
    return no_line("has another `" + other + "` than its frame; it was changed");
  }
  return FramedEvent{std::move(*bytes), *given->boolean(), {std::string(identity), *node}};
}

}  // namespace syncline
