#include <algorithm>

#include "connectors/json/time_text.h"
#include "connectors/sessions/session_fields.h"
#include "connectors/sessions/session_json.h"

namespace syncline {
namespace {

// A text as it is, a number as its digits.
std::optional<std::string_view> text_of(const JsonValue& value) {
  if (value.is(JsonKind::number)) return value.raw();
  return value.text();
}

// Ids are compared as texts, so that a number counts only in its one plain form.
std::optional<std::string_view> id_of(const JsonValue& value) {
  if (const auto whole = value.integer()) {
    if (value.raw() != std::to_string(*whole)) return std::nullopt;
    return value.raw();
  }
  return value.text();
}

// U+0000 to U+001F and U+007F to U+009F: no one can type them, and few tools show them. The JSON is
// UTF-8, so that a byte C2 begins a character.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

// Reads one value into its field; says what is wrong, or nothing.
struct FieldReader {
  const JsonValue& value;
  SessionSynced& sync;

  std::string_view operator()(const IdField& f) const {
    const auto id = id_of(value);
    if (!id) return "must be a text or a whole number";
    if (id->empty()) return kFieldRequired;
    if (has_control(*id)) return "must not hold control characters";
    sync.*f.field = *id;
    return {};
  }
  std::string_view operator()(const TextField& f) const {
    const auto text = text_of(value);
    if (!text) return "must be a text";
    sync.*f.field = *text;
    return {};
  }
  std::string_view operator()(const TextsField& f) const {
    if (!value.is(JsonKind::array)) return "must be an array of texts";
    for (const JsonValue& element : value.elements()) {
      const auto text = text_of(element);
      if (!text) return "must be an array of texts";
      (sync.*f.field).push_back(*text);
    }
    return {};
  }
  std::string_view operator()(const TimeField& f) const {
    const auto text = value.text();
    if (text) sync.*f.field = from_iso(*text);
    return sync.*f.field ? "" : "must be an ISO-8601 time";
  }
  std::string_view operator()(const SecondsField& f) const {
    const auto seconds = value.number();
    const double most = static_cast<double>(std::chrono::seconds(kLongestSession).count());
    if (!seconds || !(*seconds >= 0 && *seconds <= most)) {
      return "must be a number of seconds from 0 to 3155760000";
    }
    sync.*f.field = *seconds;
    return {};
  }
  std::string_view operator()(const ShareField& f) const {
    const auto number = value.number();
    if (!number || !(*number >= 0 && *number <= 1)) return "must be a number from 0 to 1";
    sync.*f.field = *number;
    return {};
  }
  std::string_view operator()(const FlagField& f) const {
    sync.*f.field = value.boolean();
    return sync.*f.field ? "" : "must be true or false";
  }
  std::string_view operator()(const IntervalField& f) const {
    const auto whole = value.integer();
    const auto most = std::chrono::milliseconds(kLongestSession).count();
    if (!whole || *whole < 0 || *whole > most) {
      return "must be a whole number of milliseconds from 0 to 3155760000000";
    }
    sync.*f.field = std::chrono::milliseconds(*whole);
    return {};
  }
  std::string_view operator()(const StatusField& f) const {
    const auto text = value.text();
    const auto status = text ? session_status(*text) : std::nullopt;
    if (!status) return "must be active, idle or terminated";
    sync.*f.field = *status;
    return {};
  }
};

class SectionReader {
 public:
  SectionReader(SessionSynced& sync, std::vector<FieldFault>& faults)
      : sync_(sync), faults_(faults) {}

  // Returns what the shape does not name, as one JSON object; "": nothing. `object`: none when the
  // section is absent, which is a fault where something in it is required.
  std::string read(const SessionSection& section, const std::optional<JsonValue>& object,
                   const std::string& pointer) {
    if (object && !object->is(JsonKind::object)) {
      faults_.push_back({pointer, "must be an object"});
      return {};
    }
    for (const SessionField& field : section.fields) {
      read_field(field, object ? present(*object, field.name) : std::nullopt, pointer);
    }
    std::string rest;
    JsonWriter out(rest);
    out.begin_object();
    bool any = false;
    for (const SessionSection& inner : section.sections) {
      const std::string left = read(inner, object ? present(*object, inner.name) : std::nullopt,
                                    pointer + "/" + std::string(inner.name));
      if (left.empty()) continue;
      out.key(inner.name).raw(left);
      any = true;
    }
    if (object) any = copy_unnamed(section, *object, out) || any;
    out.end_object();
    return any ? rest : std::string();
  }

 private:
  static std::optional<JsonValue> present(const JsonValue& object, std::string_view name) {
    const auto value = object.find(name);
    return value && !value->is(JsonKind::null) ? value : std::nullopt;
  }

  void read_field(const SessionField& field, const std::optional<JsonValue>& value,
                  const std::string& pointer) {
    std::string_view fault;
    if (value) {
      fault = std::visit(FieldReader{*value, sync_}, field.kind);
    } else if (std::holds_alternative<IdField>(field.kind)) {
      fault = kFieldRequired;
    }
    if (fault.empty()) return;
    faults_.push_back({pointer + "/" + std::string(field.name), std::string(fault)});
  }

  static bool copy_unnamed(const SessionSection& section, const JsonValue& object,
                           JsonWriter& out) {
    const auto named = [&](std::string_view name) {
      const auto same = [name](const auto& item) { return item.name == name; };
      return std::ranges::any_of(section.fields, same) ||
             std::ranges::any_of(section.sections, same);
    };
    bool any = false;
    for (const auto& member : object.members()) {
      if (named(member.name)) continue;
      out.key(member.name).raw(member.value.raw());
      any = true;
    }
    return any;
  }

  SessionSynced& sync_;
  std::vector<FieldFault>& faults_;
};

}  // namespace

void read_session_synced(const JsonValue& data, EventBody& body, std::string& extra,
                         std::vector<FieldFault>& faults) {
  SessionSynced sync;
  extra = SectionReader(sync, faults).read(session_shape(), data, "");
  body.payload = std::move(sync);
}

void add_session_mappings(PayloadMappings& mappings) {
  mappings.add(EventType::session_synced,
               {.read = read_session_synced, .write = write_session_synced});
}

}  // namespace syncline
