#include "connectors/events/intake.h"

#include <algorithm>

#include "connectors/cloudevents/media_type.h"
#include "engine/limits.h"

namespace syncline {
namespace {

// One per thread: nothing below suspends between parse and draft.
Result<JsonValue> parse(std::string_view text) {
  thread_local JsonDocument document;
  return document.parse(text);
}

Rejection invalid_json(std::string_view why, std::string_view where = {}) {
  return {400, "invalid_json", std::string(where) + std::string(why), {}};
}

Rejection too_many() {
  return {413,
          "too_large",
          "a batch takes at most " + std::to_string(limits::kBatchEvents) + " events",
          {}};
}

std::optional<Rejection> over(std::size_t bytes) {
  if (bytes <= limits::kBodyBytes) return std::nullopt;
  return Rejection{413,
                   "too_large",
                   "an event takes at most " + std::to_string(limits::kBodyBytes) + " bytes",
                   {}};
}

std::variant<Draft, Rejection> read_event(const JsonValue& event, const CloudEventReader& reader,
                                          const Provenance& from) {
  if (auto rejection = over(event.raw().size())) return std::move(*rejection);
  return reader.read(event, from);
}

std::variant<Intake, Rejection> read_one(const Request& request, const CloudEventReader& reader,
                                         const Provenance& from) {
  if (auto rejection = over(request.body.size())) return std::move(*rejection);
  const auto event = parse(request.body);
  if (!event) return invalid_json(event.error().message);
  Intake intake;
  intake.events.push_back(read_event(*event, reader, from));
  return intake;
}

std::variant<Intake, Rejection> read_binary(const Request& request, const CloudEventReader& reader,
                                            const Provenance& from) {
  if (auto rejection = over(request.body.size())) return std::move(*rejection);
  Intake intake;
  intake.events.push_back(reader.read_binary(request, from));
  return intake;
}

std::variant<Intake, Rejection> read_batch(const Request& request, const CloudEventReader& reader,
                                           const Provenance& from) {
  const auto batch = parse(request.body);
  if (!batch) return invalid_json(batch.error().message);
  if (!batch->is(JsonKind::array)) {
    return Rejection{
        422, "invalid_event", "a batch is a JSON array of events", {{"", "not an array"}}};
  }
  const std::vector<JsonValue> events = batch->elements();
  if (events.size() > limits::kBatchEvents) return too_many();
  Intake intake;
  intake.many = true;
  intake.events.reserve(events.size());
  for (const JsonValue& event : events) intake.events.push_back(read_event(event, reader, from));
  return intake;
}

std::variant<Intake, Rejection> read_lines(const Request& request, const CloudEventReader& reader,
                                           const Provenance& from) {
  Intake intake;
  intake.many = true;
  std::string_view rest = request.body;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (intake.events.size() == limits::kBatchEvents) return too_many();
    const std::string where = "line " + std::to_string(number) + ": ";
    const auto event = parse(line);
    if (!event) return invalid_json(event.error().message, where);
    auto read = read_event(*event, reader, from);
    if (auto* rejection = std::get_if<Rejection>(&read)) rejection->detail.insert(0, where);
    intake.events.push_back(std::move(read));
    intake.lines.push_back(number);
  }
  return intake;
}

bool has_binary_attributes(const Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const auto& header) { return header.first.starts_with("ce-"); });
}

}  // namespace

std::variant<Intake, Rejection> read_intake(const Request& request,
                                            const CloudEventReader& reader) {
  const Provenance from = provenance(request);
  const std::string media = media_essence(request.header("content-type"));
  if (media == "application/cloudevents+json") return read_one(request, reader, from);
  if (media == "application/cloudevents-batch+json") return read_batch(request, reader, from);
  if (media == "application/x-ndjson") return read_lines(request, reader, from);
  if (!media.starts_with("application/cloudevents") && has_binary_attributes(request)) {
    return read_binary(request, reader, from);
  }
  return Rejection{415,
                   "unsupported_media_type",
                   "send application/cloudevents+json, application/cloudevents-batch+json, "
                   "application/x-ndjson, or any other type with ce-* headers",
                   {}};
}

}  // namespace syncline
