// TOML (toml.io, 1.0) as plain values that know their line. toml++ does the work and is seen by
// toml_text.cc alone. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace syncline {

enum class TomlKind : std::uint8_t { text, integer, number, boolean, list, table, time };

struct TomlMember;

struct TomlValue {
  TomlKind kind = TomlKind::text;
  int line = 0;  // from 1
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<TomlValue> elements;  // of a list
  std::vector<TomlMember> members;  // of a table, sorted by name
};

struct TomlMember {
  std::string name;
  TomlValue value;
};

struct TomlFault {
  int line;
  std::string what;
};

// A table.
std::variant<TomlValue, TomlFault> parse_toml(std::string_view text);

}  // namespace syncline
