#include <algorithm>

#include "connectors/json/document.h"
#include "connectors/json/escape.h"
#include "connectors/json/number.h"

namespace syncline {
namespace {

// Recursion is bounded by limits::kJsonDepth.
void append(std::string& out, const JsonValue& value, std::string_view without) {
  switch (value.kind()) {
    case JsonKind::null:
    case JsonKind::boolean:
      out += value.raw();
      return;
    case JsonKind::number:
      append_canonical_number(out, value.raw());
      return;
    case JsonKind::text:
      append_json_text(out, *value.text());
      return;
    case JsonKind::array: {
      char before = '[';
      const auto elements = value.elements();
      for (const JsonValue& element : elements) {
        out += before;
        append(out, element, {});
        before = ',';
      }
      out += elements.empty() ? "[]" : "]";
      return;
    }
    case JsonKind::object: {
      auto members = value.members();
      if (!without.empty())
        std::erase_if(members, [&](const auto& m) { return m.name == without; });
      std::sort(members.begin(), members.end(),
                [](const auto& a, const auto& b) { return a.name < b.name; });
      char before = '{';
      for (const auto& member : members) {
        out += before;
        append_json_text(out, member.name);
        out += ':';
        append(out, member.value, {});
        before = ',';
      }
      out += members.empty() ? "{}" : "}";
      return;
    }
  }
}

}  // namespace

std::string canonical_json(const JsonValue& value, std::string_view without) {
  std::string out;
  out.reserve(value.raw().size());
  append(out, value, without);
  return out;
}

}  // namespace syncline
