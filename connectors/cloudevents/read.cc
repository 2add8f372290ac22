// From the wire to a draft: attributes, data against its schema, subject, identity.
#include <algorithm>

#include "connectors/auth/base64.h"
#include "connectors/cloudevents/attributes.h"
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/content.h"
#include "connectors/cloudevents/data_subject.h"
#include "connectors/cloudevents/media_type.h"
#include "connectors/json/utf8.h"
#include "engine/limits.h"

namespace syncline {
namespace {

struct Content {
  Encoding encoding = Encoding::none;
  std::string_view bytes;
  std::optional<JsonValue> json;  // of Encoding::json
};

Rejection rejected(std::string code, std::vector<FieldFault> faults) {
  const FieldFault& first = faults.front();
  std::string detail = (first.pointer.empty() ? "" : first.pointer + ": ") + first.message;
  if (faults.size() > 1) detail += " (and " + std::to_string(faults.size() - 1) + " more)";
  return {422, std::move(code), std::move(detail), std::move(faults)};
}

bool is_utf8(std::string_view text) { return utf8_fault(text) == std::string_view::npos; }

// HTTP binding 3.1.3.2: a value may be one quoted string (RFC 9110, 5.6.4), and is percent-encoded
// inside of it. nullopt: it is neither.
std::optional<std::string> header_text(std::string_view value) {
  if (!value.starts_with('"')) return percent_decode(value);
  std::string text;
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == '"') {
      if (i + 1 != value.size()) return std::nullopt;
      return percent_decode(text);
    }
    if (value[i] == '\\' && ++i == value.size()) return std::nullopt;
    text += value[i];
  }
  return std::nullopt;
}

// One event on its way; everything its body points at lives here or in the request.
class Reading {
 public:
  Reading(Attributes& attributes, const Content& content, const PayloadMappings& mappings,
          const SchemaCheck& schemas)
      : attributes_(attributes), content_(content), mappings_(mappings), schemas_(schemas) {}

  std::variant<Draft, Rejection> draft(const Provenance& from, Clock& clock, Rng& rng);

 private:
  std::optional<Rejection> read_named();
  std::optional<Rejection> read_subject();
  std::optional<Rejection> check_versions() const;

  Attributes& attributes_;
  const Content& content_;
  const PayloadMappings& mappings_;
  const SchemaCheck& schemas_;
  const EventTypeInfo* type_ = nullptr;  // nullptr: custom
  EventBody body_;
  std::string extra_, subject_, id_;
};

std::variant<Draft, Rejection> Reading::draft(const Provenance& from, Clock& clock, Rng& rng) {
  attributes_.finish();
  type_ = find_event_type(attributes_.type);
  if (is_reserved(attributes_.type)) {
    return Rejection{403,
                     "reserved_type",
                     "events of type " + std::string(attributes_.type) +
                         " are made by the engine alone; choose another type",
                     {{"/type", "is reserved"}}};
  }
  if (!attributes_.faults.empty()) return rejected("invalid_event", std::move(attributes_.faults));

  from.put(body_);
  body_.source = attributes_.source;
  body_.subject = attributes_.subject;
  body_.event_time = attributes_.time;
  body_.extensions_json = attributes_.extensions;
  if (!attributes_.trace.empty()) body_.trace = attributes_.trace;
  const bool usual =  // of JSON, and said of it by itself
      content_.encoding == Encoding::json && attributes_.content_type == kJsonMedia;
  const std::string_view content_type = usual ? std::string_view{} : attributes_.content_type;
  body_.payload = Document{.type = type_ == nullptr ? attributes_.type : std::string_view{},
                           .encoding = content_.encoding,
                           .data = content_.bytes,
                           .content_type = content_type};
  if (type_ != nullptr) {
    body_.type = type_->type;
    if (auto rejection = read_named()) return std::move(*rejection);
    if (auto rejection = read_subject()) return std::move(*rejection);
  }
  if (auto rejection = check_versions()) return std::move(*rejection);
  id_ = attributes_.id.empty() ? uuid7(clock.now(), rng) : std::string(attributes_.id);
  body_.id = id_;

  Result<Draft> draft = make_draft(body_);
  if (!draft) return Rejection{422, "invalid_event", draft.error().message, {}};
  if (draft->bytes().size() > limits::kBodyBytes) {
    return Rejection{413,
                     "too_large",
                     "an event takes at most " + std::to_string(limits::kBodyBytes) + " bytes",
                     {}};
  }
  if (!attributes_.id.empty()) {
    draft->content_hash = content_hash_of(body_, mappings_, content_.json);
  }
  draft->expected_version = attributes_.expected_version;
  draft->base_version = attributes_.base_version;
  return std::move(*draft);
}

std::optional<Rejection> Reading::read_named() {
  if (content_.encoding != Encoding::json && content_.encoding != Encoding::none) {
    return rejected("schema_violation",
                    {{"/data", "the data of " + std::string(type_->name) + " is JSON"}});
  }
  const bool absent = content_.encoding == Encoding::none;
  std::vector<FieldFault> faults = schemas_.check(type_->type, absent ? "{}" : content_.bytes);
  const PayloadMapping* const mapping = mappings_.find(type_->type);
  if (faults.empty() && mapping != nullptr && mapping->read != nullptr) {
    thread_local JsonDocument nothing;
    mapping->read(absent ? nothing.parse("{}").value() : *content_.json, body_, extra_, faults);
    body_.extra_json = extra_;
  }
  if (faults.empty()) return std::nullopt;
  for (FieldFault& fault : faults) fault.pointer.insert(0, "/data");
  return rejected("schema_violation", std::move(faults));
}

std::optional<Rejection> Reading::read_subject() {
  const std::string_view given = attributes_.subject;
  if (content_.json) {
    if (auto named = data_subject(type_->type, *content_.json)) subject_ = std::move(*named);
  }
  if (subject_.size() > limits::kNameBytes) {
    return rejected("invalid_event",
                    {{"/data", "the ids in it make a subject of over " +
                                   std::to_string(limits::kNameBytes) + " bytes"}});
  }
  if (given.empty() && subject_.empty()) {
    return rejected("invalid_event", {{"/subject", "is required: the data does not name it"}});
  }
  if (given.empty()) {
    body_.subject = subject_;
    return std::nullopt;
  }
  const std::string_view prefix = type_->subject_prefix;
  if (!given.starts_with(prefix) || given.size() == prefix.size()) {
    return rejected("invalid_event", {{"/subject", "must begin with \"" + std::string(prefix) +
                                                       "\" and name one of them"}});
  }
  if (subject_.empty()) return std::nullopt;
  // Two spellings of one entity would be two entities for versions and history.
  if (subject_segments(given) != subject_segments(subject_)) {
    return rejected("invalid_event", {{"/subject", "the data is about \"" + subject_ + "\""}});
  }
  body_.subject = subject_;
  return std::nullopt;
}

std::optional<Rejection> Reading::check_versions() const {
  if (!body_.subject.empty()) return std::nullopt;
  std::vector<FieldFault> faults;
  const auto check = [&faults](const char* pointer, const std::optional<Position>& version) {
    if (version) faults.push_back({pointer, "is a version of a subject: the event has none"});
  };
  check("/expectedversion", attributes_.expected_version);
  check("/baseversion", attributes_.base_version);
  if (faults.empty()) return std::nullopt;
  return rejected("invalid_event", std::move(faults));
}

}  // namespace

std::variant<Draft, Rejection> CloudEventReader::read(const JsonValue& event,
                                                      const Provenance& from) const {
  if (!event.is(JsonKind::object)) {
    return rejected("invalid_event", {{"", "an event is a JSON object"}});
  }
  Attributes attributes;
  std::optional<JsonValue> data, encoded;
  for (const JsonValue::Member& member : event.members()) {
    if (member.name == "data") {
      data = member.value;
    } else if (member.name == "data_base64") {
      encoded = member.value;
    } else {
      attributes.take(member.name, member.value);
    }
  }
  Content content;
  std::optional<std::string> decoded;
  if (encoded) {
    if (data) attributes.fault("data_base64", "must not stand beside data");
    if (const auto text = encoded->text()) decoded = from_base64(*text);
    if (!decoded) attributes.fault("data_base64", "must be a text in base64");
    if (decoded) content = {Encoding::binary, *decoded, {}};
  } else if (data) {
    const bool json = attributes.content_type.empty() || is_json_media(attributes.content_type);
    const auto text = data->text();
    content = json || !text ? Content{Encoding::json, data->raw(), data}
                            : Content{Encoding::text, *text, {}};
  }
  return Reading(attributes, content, mappings_, schemas_).draft(from, clock_, rng_);
}

std::variant<Draft, Rejection> CloudEventReader::read_binary(const Request& request,
                                                             const Provenance& from) const {
  thread_local JsonDocument document;
  Attributes attributes;
  std::vector<std::pair<std::string, std::string>> decoded;
  decoded.reserve(request.headers.size());  // the attributes point into it
  for (const auto& [name, value] : request.headers) {
    if (!name.starts_with("ce-")) continue;
    const std::string attribute = name.substr(3);
    auto text = header_text(value);
    if (std::any_of(decoded.begin(), decoded.end(),
                    [&](const auto& seen) { return seen.first == attribute; })) {
      attributes.fault(attribute, "must not be given twice");
    } else if (!text || !is_utf8(*text)) {
      attributes.fault(attribute, "must be percent-encoded UTF-8, bare or as one quoted string");
    } else if (attribute == "datacontenttype") {
      attributes.fault(attribute, "is Content-Type in this mode");
    } else {
      attributes.take(attribute, decoded.emplace_back(attribute, std::move(*text)).second);
    }
  }
  Content content;
  const std::string_view content_type = request.header("content-type");
  if (!is_utf8(content_type)) {
    attributes.fault("datacontenttype", "must be UTF-8");
  } else if (!content_type.empty()) {
    attributes.take("datacontenttype", content_type);
  }
  if (!request.body.empty() && is_json_media(content_type)) {
    const auto data = document.parse(request.body, limits::kDataDepth);
    if (!data)
      return Rejection{400, "invalid_json", data.error().message, {{"/data", "is not JSON"}}};
    content = {Encoding::json, data->raw(), *data};
  } else if (!request.body.empty()) {
    const bool text = is_text_media(content_type) && is_utf8(request.body);
    content = {text ? Encoding::text : Encoding::binary, request.body, {}};
  }
  return Reading(attributes, content, mappings_, schemas_).draft(from, clock_, rng_);
}

}  // namespace syncline
