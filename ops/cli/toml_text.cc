#include "ops/cli/toml_text.h"

#include <toml++/toml.h>

namespace syncline {
namespace {

TomlValue convert(const toml::node& node) {
  TomlValue value;
  value.line = static_cast<int>(node.source().begin.line);
  if (const auto* text = node.as_string()) {
    value.kind = TomlKind::text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = TomlKind::integer;
    value.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = TomlKind::boolean;
    value.boolean = boolean->get();
  } else if (const auto* list = node.as_array()) {
    value.kind = TomlKind::list;
    for (const toml::node& element : *list) value.elements.push_back(convert(element));
  } else if (const auto* table = node.as_table()) {
    value.kind = TomlKind::table;
    for (const auto& [key, member] : *table)
      value.members.emplace_back(std::string(key.str()), convert(member));
  } else {
    value.kind = node.is_floating_point() ? TomlKind::number : TomlKind::time;
  }
  return value;
}

}  // namespace

std::variant<TomlValue, TomlFault> parse_toml(std::string_view text) {
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return TomlFault{static_cast<int>(error.source().begin.line), std::string(error.description())};
  }
}

}  // namespace syncline
