#include "connectors/presence/presence_json.h"

#include <algorithm>
#include <array>

#include "connectors/json/time_text.h"
#include "connectors/json/utf8.h"
#include "engine/limits.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

// The members that the contract names, of any of the three.
constexpr std::array<std::string_view, 5> kNamed{"userId", "name", "module", "page", "resource"};

std::optional<JsonValue> present(const JsonValue& data, std::string_view name) {
  const auto value = data.find(name);
  return value && !value->is(JsonKind::null) ? value : std::nullopt;
}

// A text that becomes a name in the view. Says what is wrong with it, or nothing.
std::string_view read_text(const JsonValue& value, std::string_view& field) {
  const auto text = value.text();
  if (!text) return "must be a text";
  if (text->size() > limits::kNameBytes) return "takes at most 512 bytes";
  if (text->find('\0') != text->npos) return "must not hold a NUL";
  field = *text;
  return {};
}

void read_text(const JsonValue& data, std::string_view name, std::string_view& field,
               std::vector<FieldFault>& faults) {
  const auto value = present(data, name);
  const std::string_view fault = value ? read_text(*value, field) : std::string_view();
  if (!fault.empty()) faults.push_back({"/" + std::string(name), std::string(fault)});
}

// Whoever the event is about when its data names nobody: the one segment of its subject, in the
// spelling that we give it. Another one would be another entity for history.
std::string user_of(std::string_view subject) {
  auto segments = subject_segments(subject);
  if (!segments || segments->size() != 1) return {};
  std::string& user = segments->front();
  const bool ours = make_subject("presence", {user}) == subject;
  return ours && utf8_fault(user) == std::string::npos ? std::move(user) : std::string();
}

// An event without a user or a subject is refused for that by the caller, as any other. `backing`:
// for the user that the subject names.
template <class Payload>
void read_user(const JsonValue& data, std::string_view subject, std::string& backing,
               Payload& payload, std::vector<FieldFault>& faults) {
  const std::size_t before = faults.size();
  const auto value = present(data, "userId");
  if (!value) {
    backing = user_of(subject);
    payload.user_id = backing;
  } else if (const auto number = value->integer()) {
    payload.user_id = value->raw();
    payload.user_id_is_number = true;
    if (value->raw() != std::to_string(*number)) {
      faults.push_back({"/userId", "must be a text or a whole number in plain digits"});
    }
  } else {
    read_text(data, "userId", payload.user_id, faults);
  }
  if (faults.size() == before && payload.user_id.empty() && !subject.empty()) {
    faults.push_back({"/userId", "is required"});
  }
}

// Everything in `data` but these members, as one object; "": nothing is left.
std::string others(const JsonValue& data, std::span<const std::string_view> named) {
  std::string rest;
  JsonWriter out(rest);
  out.begin_object();
  bool any = false;
  for (const auto& member : data.members()) {
    if (std::ranges::find(named, member.name) != named.end()) continue;
    out.key(member.name).raw(member.value.raw());
    any = true;
  }
  out.end_object();
  return any ? rest : std::string();
}

void read_beat(const JsonValue& data, EventBody& body, std::string& extra,
               std::vector<FieldFault>& faults) {
  thread_local std::string user;  // until the draft is made of the body
  PresenceBeat beat;
  read_activity(data, beat, extra, faults);
  if (!data.is(JsonKind::object)) return;
  read_user(data, body.subject, user, beat, faults);
  read_text(data, "name", beat.name, faults);
  body.payload = beat;
}

void read_cleared(const JsonValue& data, EventBody& body, std::string& extra,
                  std::vector<FieldFault>& faults) {
  thread_local std::string user;
  PresenceCleared cleared;
  read_user(data, body.subject, user, cleared, faults);
  extra = others(data, std::span(kNamed).first(1));
  body.payload = cleared;
}

void write_user(std::string_view id, bool is_number, JsonWriter& out) {
  out.begin_object().key("userId");
  write_user_id(id, is_number, out);
}

void write_beat(const EventBody& body, JsonWriter& out) {
  const auto& beat = std::get<PresenceBeat>(body.payload);
  write_user(beat.user_id, beat.user_id_is_number, out);
  out.field("module", beat.module);
  if (!beat.page.empty()) out.field("page", beat.page);
  if (!beat.resource.empty()) out.field("resource", beat.resource);
  if (!beat.name.empty()) out.field("name", beat.name);
  out.end_object();
}

void write_cleared(const EventBody& body, JsonWriter& out) {
  const auto& cleared = std::get<PresenceCleared>(body.payload);
  write_user(cleared.user_id, cleared.user_id_is_number, out);
  out.end_object();
}

void write_expired(const EventBody& body, JsonWriter& out) {
  const auto& expired = std::get<PresenceExpired>(body.payload);
  write_user(expired.user_id, expired.user_id_is_number, out);
  out.field("beat", expired.beat.text()).field("deadline", to_iso_exact(expired.deadline));
  out.end_object();
}

}  // namespace

void read_activity(const JsonValue& data, PresenceBeat& beat, std::string& extra,
                   std::vector<FieldFault>& faults) {
  if (!data.is(JsonKind::object)) {
    faults.push_back({"", "must be an object"});
    return;
  }
  read_text(data, "module", beat.module, faults);
  if (faults.empty() && beat.module.empty()) faults.push_back({"/module", "is required"});
  read_text(data, "page", beat.page, faults);
  read_text(data, "resource", beat.resource, faults);
  extra = others(data, kNamed);
}

void write_user_id(std::string_view id, bool is_number, JsonWriter& out) {
  is_number ? out.raw(id) : out.value(id);
}

std::string choice_of(std::span<const ModuleName> modules) {
  std::string text;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (i > 0) text += i + 1 == modules.size() ? " or " : ", ";
    text += '"' + modules[i].id + '"';
  }
  return text;
}

void add_presence_mappings(PayloadMappings& mappings, std::vector<ModuleName> modules) {
  const auto read_known = [modules = std::move(modules)](const JsonValue& data, EventBody& body,
                                                         std::string& extra,
                                                         std::vector<FieldFault>& faults) {
    read_beat(data, body, extra, faults);
    if (!faults.empty() || modules.empty()) return;
    const auto& beat = std::get<PresenceBeat>(body.payload);
    const auto known = [&](const ModuleName& module) { return module.id == beat.module; };
    if (std::ranges::none_of(modules, known)) {
      faults.push_back({"/module", "must be " + choice_of(modules)});
    }
  };
  mappings.add(EventType::presence_beat, {.read = read_known, .write = write_beat});
  mappings.add(EventType::presence_cleared, {.read = read_cleared, .write = write_cleared});
  mappings.add(EventType::presence_expired, {.read = nullptr, .write = write_expired});
}

}  // namespace syncline
