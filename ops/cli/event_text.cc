#include "ops/cli/event_text.h"

#include <algorithm>

#include "connectors/json/document.h"

namespace syncline {
namespace {

// A text without its quotes, anything else as it is written; what would move a terminal's cursor or
// colour it is shown as "?".
std::string shown(const JsonValue& value) {
  std::string text(value.text().value_or(value.raw()));
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

std::string member(const JsonValue& event, std::string_view name) {
  const auto value = event.find(name);
  return value ? shown(*value) : "-";
}

}  // namespace

std::string event_row(std::string_view cloudevent) {
  JsonDocument json;
  const auto event = json.parse(cloudevent);
  if (event.has_error()) return std::string(cloudevent);
  std::string row = member(*event, "position");
  for (const auto name : {"receivedtime", "type", "subject"}) {
    row.append("  ").append(member(*event, name));
  }
  return row.append("  (").append(member(*event, "source")).append(")");
}

std::string event_sheet(std::string_view cloudevent) {
  JsonDocument json;
  const auto event = json.parse(cloudevent);
  if (event.has_error()) return std::string(cloudevent);
  const auto members = event->members();
  std::size_t width = 0;
  for (const auto& each : members) width = std::max(width, each.name.size());
  std::string sheet;
  std::string last;
  for (const auto& each : members) {
    std::string line(each.name);
    line.append(width - each.name.size() + 2, ' ').append(shown(each.value)).append("\n");
    (each.name == "data" ? last : sheet) += line;
  }
  sheet += last;
  if (!sheet.empty()) sheet.pop_back();
  return sheet;
}

}  // namespace syncline
