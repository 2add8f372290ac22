#include "connectors/cloudevents/framed_line.h"

#include "connectors/auth/base64.h"
#include "connectors/cloudevents/cloudevent.h"

namespace syncline {
namespace {

// As frames hold it: zero padded, and of so many bytes.
bool names_log(std::string_view identity) {
  return !identity.empty() && identity.size() <= kIdentityBytes &&
         identity.find('\0') == std::string_view::npos;
}

Error no_line(std::string what) { return {ErrorCode::invalid, std::move(what)}; }

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

Result<FramedEvent> read_framed_line(std::string_view line) {
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
  return FramedEvent{std::move(*bytes), *given->boolean(), {std::string(identity), *node}};
}

}  // namespace syncline
