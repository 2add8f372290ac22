#include "connectors/json/time_text.h"
#include "connectors/sessions/session_fields.h"
#include "connectors/sessions/session_json.h"

namespace syncline {
namespace {

// Writes one field, when it is there; says whether it was.
struct FieldWriter {
  const SessionSynced& sync;
  std::string_view name;
  JsonWriter& out;

  bool operator()(const IdField& f) const { return text(sync.*f.field); }
  bool operator()(const TextField& f) const { return text(sync.*f.field); }
  bool operator()(const TextsField& f) const {
    if ((sync.*f.field).empty()) return false;
    out.key(name).begin_array();
    for (const std::string_view item : sync.*f.field) out.value(item);
    out.end_array();
    return true;
  }
  bool operator()(const TimeField& f) const {
    return sync.*f.field && text(to_iso_exact(*(sync.*f.field)));
  }
  bool operator()(const SecondsField& f) const { return number(sync.*f.field); }
  bool operator()(const ShareField& f) const { return number(sync.*f.field); }
  bool operator()(const FlagField& f) const {
    if (sync.*f.field) out.field(name, *(sync.*f.field));
    return (sync.*f.field).has_value();
  }
  bool operator()(const IntervalField& f) const {
    if (sync.*f.field) out.field(name, std::int64_t{(sync.*f.field)->count()});
    return (sync.*f.field).has_value();
  }
  bool operator()(const StatusField& f) const { return text(syncline::name(sync.*f.field)); }

 private:
  bool text(std::string_view value) const {
    if (!value.empty()) out.field(name, value);
    return !value.empty();
  }
  bool number(const std::optional<double>& value) const {
    if (value) out.field(name, *value);
    return value.has_value();
  }
};

// "": nothing in it is there.
std::string section_text(const SessionSection& section, const SessionSynced& sync) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  bool any = false;
  for (const SessionField& field : section.fields) {
    any = std::visit(FieldWriter{sync, field.name, out}, field.kind) || any;
  }
  for (const SessionSection& inner : section.sections) {
    const std::string inside = section_text(inner, sync);
    if (inside.empty()) continue;
    out.key(inner.name).raw(inside);
    any = true;
  }
  out.end_object();
  return any ? text : std::string();
}

}  // namespace

void write_session_synced(const EventBody& body, JsonWriter& out) {
  out.raw(section_text(session_shape(), std::get<SessionSynced>(body.payload)));
}

}  // namespace syncline
