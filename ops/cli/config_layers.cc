#include "ops/cli/config_layers.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>

#include "ops/cli/nearest.h"

namespace syncline {
namespace {

constexpr std::string_view kPrefix = "SYNCLINE_";

void lay(const ConfigKey& key, Setting setting, Settings& settings) {
  if (std::string fault = key.fault(setting.value); !fault.empty()) {
    settings.faults.push_back({setting.where, setting.written, std::move(fault)});
    settings.wrong.insert(key.name);
  } else {
    settings.by_key.insert_or_assign(key.name, std::move(setting));
  }
}

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  char piece[4096];
  while (in.read(piece, sizeof piece) || in.gcount() > 0)
    text.append(piece, static_cast<std::size_t>(in.gcount()));
  if (in.eof()) return text;
  return Error{ErrorCode::io, std::string("cannot be read: ") + std::strerror(errno)};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

TomlValue text_value(std::string_view text) {
  TomlValue value;
  value.text = text;
  return value;
}

// A text that should be a number and is none stays a text: the key's own check then says so.
TomlValue number_or_text(std::string_view text) {
  TomlValue value = text_value(text);
  if (const auto number = whole_number(text)) {
    value.kind = TomlKind::integer;
    value.integer = *number;
  }
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

TomlValue comma_list(std::string_view text) {
  TomlValue list;
  list.kind = TomlKind::list;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    if (const auto word = trimmed(text.substr(start, comma - start)); !word.empty())
      list.elements.push_back(number_or_text(word));
    start = comma + 1;
  }
  return list;
}

// The value of a variable or a flag, in the shape that the key takes.
TomlValue value_from(const ConfigKey& key, std::string_view text) {
  if (key.kind == TomlKind::integer) return number_or_text(text);
  if (key.kind == TomlKind::boolean && (text == "true" || text == "false")) {
    TomlValue value;
    value.kind = TomlKind::boolean;
    value.boolean = text == "true";
    return value;
  }
  if (text.starts_with('[') || text.starts_with('{')) {
    const bool structured = key.kind == TomlKind::list || key.kind == TomlKind::table;
    auto parsed = structured ? parse_toml("value = " + std::string(text)) : TomlFault{};
    if (auto* table = std::get_if<TomlValue>(&parsed); table && table->members.size() == 1)
      return std::move(table->members.front().value);
  } else if (key.kind == TomlKind::list) {
    return comma_list(text);
  }
  return text_value(text);
}

void lay_environment(const NamedTexts& environment, Settings& settings) {
  const auto take = [&](const ConfigKey& key, const std::string& variable) {
    for (const auto& [name, text] : environment)
      if (name == variable && !text.empty())
        lay(key, {value_from(key, text), "environment", variable}, settings);
  };
  std::vector<std::string> names;
  for (const ConfigKey& key : config_keys()) {
    if (!key.variable.empty()) take(key, std::string(key.variable));
    names.push_back(variable_of(key));
    take(key, names.back());
  }

  // Others may own SYNCLINE_ names too (SYNCLINE_TOKEN is one): only a name in one of our sections
  // is a mistake.
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (const auto& [name, text] : environment) {
    const std::size_t end = name.starts_with(kPrefix) ? name.find('_', kPrefix.size()) : name.npos;
    if (end == name.npos || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string section = name.substr(0, end + 1);
    if (std::any_of(known.begin(), known.end(), [&](auto k) { return k.starts_with(section); }))
      settings.faults.push_back(
          {"environment", name,
           "unknown key; did you mean " + std::string(nearest(name, known)) + "?"});
  }
}

void lay_flags(const NamedTexts& flags, Settings& settings) {
  for (const auto& [name, text] : flags) {
    const ConfigKey* key = find_config_key(name);
    SYNCLINE_CHECK(key != nullptr);
    lay(*key, {value_from(*key, text), "command line", name}, settings);
  }
}

void lay_member(const std::string& file, const std::string& name, TomlValue value,
                Settings& settings) {
  const std::string where = file + ':' + std::to_string(value.line);
  if (const ConfigKey* key = find_config_key(name))
    return lay(*key, {std::move(value), where, name}, settings);
  std::vector<std::string_view> known;
  for (const ConfigKey& key : config_keys()) known.push_back(key.name);
  settings.faults.push_back(
      {where, name, "unknown key; did you mean " + std::string(nearest(name, known)) + "?"});
}

}  // namespace

std::vector<std::string> texts(const TomlValue& list) {
  std::vector<std::string> out;
  for (const TomlValue& element : list.elements) out.push_back(element.text);
  return out;
}

const Setting* Settings::find(std::string_view key) const {
  const auto found = by_key.find(key);
  return found == by_key.end() ? nullptr : &found->second;
}

void lay_file(const std::filesystem::path& file, Settings& settings) {
  const auto text = read_text(file);
  if (!text) {
    settings.faults.push_back({file.string(), "", text.error().message});
    settings.unread = true;
    return;
  }
  auto parsed = parse_toml(*text);
  if (const auto* fault = std::get_if<TomlFault>(&parsed)) {
    settings.faults.push_back(
        {file.string() + ':' + std::to_string(fault->line), "", "is not TOML: " + fault->what});
    settings.unread = true;
    return;
  }
  for (auto& [section, members] : std::get<TomlValue>(parsed).members) {
    if (members.kind != TomlKind::table)
      lay_member(file.string(), section, std::move(members), settings);
    else
      for (auto& [name, value] : members.members)
        lay_member(file.string(), section + '.' + name, std::move(value), settings);
  }
}

Settings gather_settings(const ConfigSources& sources) {
  Settings settings;
  if (!sources.file.empty()) lay_file(sources.file, settings);
  lay_environment(sources.environment, settings);
  lay_flags(sources.flags, settings);
  return settings;
}

}  // namespace syncline
