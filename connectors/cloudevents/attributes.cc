#include "connectors/cloudevents/attributes.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "connectors/json/time_text.h"
#include "engine/limits.h"

namespace syncline {
namespace {

constexpr std::size_t kNameShown = 64;

// Ours: written into every event that leaves, and ignored when one comes back.
bool is_ours(std::string_view name) {
  static constexpr std::string_view kOurs[] = {"position", "incarnation",  "sequence", "origin",
                                               "hlc",      "receivedtime", "hash",     "mirrored",
                                               "frame",    "idgiven",      "logid",    "lognode"};
  return std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs);
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name != "data" && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

// C0, DEL and C1 (in UTF-8: C2 80..9F).
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      return true;
    }
  }
  return false;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

void Attributes::take(std::string_view name, const JsonValue& value) {
  if (value.is(JsonKind::null)) return;
  if (const auto text = value.text()) return take(name, *text);
  if (!is_attribute_name(name)) return fault(name, "attribute names are [a-z0-9]+");
  if (is_ours(name)) return;
  const auto integer = value.integer();
  if (name == "expectedversion" || name == "baseversion") {
    return take_version(name, integer && *integer >= 0
                                  ? std::optional(static_cast<std::uint64_t>(*integer))
                                  : std::nullopt);
  }
  if (name == "specversion" || name == "time" || name == "traceparent" || name_slot(name)) {
    return fault(name, "must be a string");
  }
  if (const auto flag = value.boolean()) {
    extension(name).value(*flag);
  } else if (integer && *integer >= std::numeric_limits<std::int32_t>::min() &&
             *integer <= std::numeric_limits<std::int32_t>::max()) {
    extension(name).value(*integer);
  } else {
    fault(name, "an extension is a string, a boolean or an integer of 32 bits");
  }
}

void Attributes::take(std::string_view name, std::string_view text) {
  if (!is_attribute_name(name)) return fault(name, "attribute names are [a-z0-9]+");
  if (is_ours(name)) return;
  if (name == "specversion") {
    spec_version = text;
  } else if (name == "time") {
    time = from_rfc3339(text);
    if (!time) fault(name, "must be a time as RFC 3339 has it");
  } else if (name == "traceparent") {
    if (is_traceparent(text)) trace = text;
  } else if (name == "expectedversion" || name == "baseversion") {
    take_version(name, decimal(text));
  } else if (std::string_view* slot = name_slot(name)) {
    if (take_text(name, text)) *slot = text;
  } else if (has_control_character(text)) {
    fault(name, "must have no control characters");
  } else {
    extension(name).value(text);
  }
}

void Attributes::finish() {
  if (spec_version != "1.0") fault("specversion", "must be \"1.0\"");
  const auto names_fault = [this](std::string_view name) {
    return std::any_of(faults.begin(), faults.end(),
                       [&](const FieldFault& f) { return f.pointer == pointer_to(name); });
  };
  if (type.empty() && !names_fault("type")) fault("type", "is required");
  if (source.empty() && !names_fault("source")) fault("source", "is required");
  if (!data_schema.empty()) extension("dataschema").value(data_schema);
  if (writer_) writer_->end_object();
}

std::string_view* Attributes::name_slot(std::string_view name) {
  if (name == "id") return &id;
  if (name == "source") return &source;
  if (name == "type") return &type;
  if (name == "subject") return &subject;
  if (name == "datacontenttype") return &content_type;
  if (name == "dataschema") return &data_schema;
  return nullptr;
}

bool Attributes::take_text(std::string_view name, std::string_view text) {
  if (text.empty()) {
    fault(name, "must not be empty");
  } else if (text.size() > limits::kNameBytes) {
    fault(name, "must be at most " + std::to_string(limits::kNameBytes) + " bytes");
  } else if (has_control_character(text)) {
    fault(name, "must have no control characters");
  } else {
    return true;
  }
  return false;
}

void Attributes::take_version(std::string_view name, std::optional<std::uint64_t> version) {
  if (!version) return fault(name, "must be a whole number from 0 on");
  (name == "expectedversion" ? expected_version : base_version) = Position(*version);
}

void Attributes::fault(std::string_view name, std::string message) {
  static constexpr std::size_t kFaults = 20;
  if (faults.size() < kFaults) faults.push_back({pointer_to(name), std::move(message)});
}

JsonWriter& Attributes::extension(std::string_view name) {
  if (!writer_) {
    writer_.emplace(extensions);
    writer_->begin_object();
  }
  return writer_->key(name);
}

std::string pointer_to(std::string_view name) {
  std::string out = "/";
  for (const char c : name.substr(0, kNameShown)) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<Time> from_rfc3339(std::string_view text) {
  const auto digit = [&](std::size_t from_end) {
    const char c = text[text.size() - from_end];
    return c >= '0' && c <= '9';
  };
  // from_iso() takes more than RFC 3339 does: a date alone, a time without its offset.
  static constexpr std::size_t kShortest = sizeof("0000-00-00T00:00:00Z") - 1;
  if (text.size() < kShortest) return std::nullopt;
  const char last = text.back();
  const char sign = text[text.size() - 6];
  const bool offset = (sign == '+' || sign == '-') && digit(5) && digit(4) &&
                      text[text.size() - 3] == ':' && digit(2) && digit(1);
  if (last != 'Z' && last != 'z' && !offset) return std::nullopt;
  return from_iso(text);
}

bool is_traceparent(std::string_view text) {
  static constexpr std::size_t kSize = 55;
  if (text.size() != kSize || !text.starts_with("00-") || text[35] != '-' || text[52] != '-') {
    return false;
  }
  const std::string_view trace = text.substr(3, 32);
  const std::string_view span = text.substr(36, 16);
  return lower_hex(trace) && lower_hex(span) && lower_hex(text.substr(53)) && !all_zero(trace) &&
         !all_zero(span);
}

std::string_view trace_id(std::string_view traceparent) {
  return is_traceparent(traceparent) ? traceparent.substr(3, 32) : std::string_view();
}

}  // namespace syncline
