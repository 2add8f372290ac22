#include "connectors/mirror/record_form.h"

#include <limits>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/json/time_text.h"
#include "engine/limits.h"

namespace syncline {
namespace {

struct KindOfType {
  std::string_view kind;  // what the type's name has before its dot
  TopicFamily family;
};
// All other named types are about records.
constexpr KindOfType kKinds[] = {
    {"session", TopicFamily::sessions}, {"presence", TopicFamily::presence},
    {"room", TopicFamily::rooms},       {"task", TopicFamily::tasks},
    {"webhook", TopicFamily::system},   {"sync", TopicFamily::system},
    {"login", TopicFamily::system},     {"config", TopicFamily::system},
    {"log", TopicFamily::system},
};

// Names of events are bounded, but extensions are not by themselves: with them, an event is.
constexpr std::size_t kHeadersRoom = limits::kBodyBytes;

class Headers {
 public:
  explicit Headers(std::vector<MirrorRecord::Header>& headers) : headers_(headers) {}

  void add(std::string_view name, std::string_view value) {
    headers_.push_back({std::string(name), std::string(value)});
  }
  void attribute(std::string_view name, std::string_view value) {
    static constexpr std::string_view kPrefix = "ce_";
    std::string full;
    full.reserve(kPrefix.size() + name.size());
    headers_.push_back({full.append(kPrefix).append(name), std::string(value)});
  }

 private:
  std::vector<MirrorRecord::Header>& headers_;
};

// In the order of the JSON form (connectors/cloudevents/write.cc).
void add_attributes(const Event& event, Headers& headers) {
  const EventBody& body = event.body;
  headers.attribute("specversion", "1.0");
  headers.attribute("id", body.id);
  headers.attribute("source", body.source);
  headers.attribute("type", body.type_name());
  if (!body.subject.empty()) headers.attribute("subject", body.subject);
  if (body.event_time) headers.attribute("time", to_iso_exact(*body.event_time));
  if (!body.extensions_json.empty()) {
    thread_local JsonDocument document;
    const auto extensions = document.parse(body.extensions_json);
    SYNCLINE_CHECK(extensions.has_value());
    for (const auto& [name, value] : extensions->members()) {
      const auto text = value.text();
      headers.attribute(name, text ? *text : value.raw());
    }
  }
  if (!body.trace.empty()) headers.attribute("traceparent", body.trace);

  const RecordHeader& header = event.header;
  headers.attribute("incarnation", std::to_string(header.name.incarnation));
  headers.attribute("sequence", std::to_string(header.name.sequence.value));
  headers.attribute("origin", header.name.origin.text());
  headers.attribute("hlc", std::to_string(header.hlc.value));
  headers.attribute("receivedtime", to_iso(header.received_time));
  headers.attribute("hash", hex(header.hash));
}

Error no_progress(std::string what) {
  return {ErrorCode::invalid, "it is no progress record: " + what};
}

template <class Number>
std::optional<Number> count(const JsonValue& value) {
  const auto number = value.integer();
  if (!number || *number < 0 ||
      static_cast<std::uint64_t>(*number) > std::numeric_limits<Number>::max()) {
    return std::nullopt;
  }
  return static_cast<Number>(*number);
}

}  // namespace

std::string_view name(TopicFamily family) {
  static constexpr std::string_view kNames[] = {"sessions", "presence", "records", "rooms",
                                                "tasks",    "custom",   "system"};
  static_assert(std::size(kNames) == kTopicFamilies.size());
  return kNames[static_cast<std::size_t>(family)];
}

TopicFamily topic_family(EventType type) {
  if (type == EventType::custom) return TopicFamily::custom;
  const std::string_view type_name = info(type).name;
  const std::string_view kind = type_name.substr(0, type_name.find('.'));
  for (const KindOfType& known : kKinds) {
    if (known.kind == kind) return known.family;
  }
  return TopicFamily::records;
}

std::string topic_name(std::string_view prefix, TopicFamily family) {
  return std::string(prefix).append(".").append(name(family));
}

std::string progress_topic(std::string_view prefix, const OriginId& node) {
  return std::string(prefix).append(".progress.").append(node.text());
}

MirrorRecord mirror_record(std::string_view frame, bool id_given, MirrorFormat format,
                           const PayloadMappings& mappings) {
  const Event event = decode_frame(frame);
  MirrorRecord record;
  record.family = topic_family(event.body.type);
  record.key = event.body.subject.empty() ? event.body.source : event.body.subject;
  record.headers.reserve(20);
  Headers headers(record.headers);
  if (format == MirrorFormat::json) {
    JsonWriter out(record.value);
    write_cloudevent(event, mappings, out, Readers::of_any_log);
    if (record.value.size() + frame.size() + kHeadersRoom > limits::kMirrorRecordBytes) {
      format = MirrorFormat::frame;
    }
  }
  if (format == MirrorFormat::json) {
    headers.add(kContentTypeHeader, kJsonContent);
    headers.add(kFrameHeader, frame);
  } else {
    record.value = frame;
    headers.add(kContentTypeHeader, kFrameContent);
  }
  headers.add(kIdGivenHeader, id_given ? "true" : "false");
  add_attributes(event, headers);
  return record;
}

std::size_t MirrorRecord::bytes() const {
  std::size_t all = key.size() + value.size();
  for (const Header& header : headers) all += header.name.size() + header.value.size();
  return all;
}

std::string progress_json(const MirrorProgress& progress) {
  std::string json;
  JsonWriter out(json);
  out.begin_object()
      .field("log", std::string_view(progress.log))
      .field("incarnation", std::uint64_t{progress.incarnation})
      .field("sequence", progress.sequence.value)
      .field("hash", std::string_view(hex(progress.hash)))
      .key("topics")
      .begin_object();
  for (const auto& [topic, partitions] : progress.topics) {
    out.field(topic, std::uint64_t{partitions});
  }
  out.end_object().end_object();
  return json;
}

Result<MirrorProgress> read_progress(std::string_view json) {
  JsonDocument document;
  const auto read = document.parse(json);
  if (read.has_error()) return no_progress(read.error().message);
  if (!read->is(JsonKind::object)) return no_progress("it is no JSON object");
  MirrorProgress progress;
  progress.log = read->text_of("log");
  if (progress.log.empty()) return no_progress("`log` is no text");
  const auto incarnation = read->find("incarnation");
  const auto number = incarnation ? count<Incarnation>(*incarnation) : std::nullopt;
  if (!number) return no_progress("`incarnation` is no number");
  progress.incarnation = *number;
  const auto sequence = read->count_of("sequence");
  if (!sequence) return no_progress("`sequence` is no number");
  progress.sequence = Sequence(*sequence);
  const auto hash = hash_from_hex(read->text_of("hash"));
  if (!hash) return no_progress("`hash` is not 64 hexadecimal digits");
  progress.hash = *hash;
  const auto topics = read->find("topics");
  if (!topics || !topics->is(JsonKind::object)) return no_progress("`topics` is no object");
  for (const auto& [topic, value] : topics->members()) {
    const auto partitions = count<std::uint32_t>(value);
    if (!partitions) return no_progress("`topics` has a count that is no number");
    progress.topics.emplace(topic, *partitions);
  }
  return progress;
}

}  // namespace syncline
