#include "connectors/operators/export_request.h"

#include <charconv>

#include "connectors/http/problem.h"

namespace syncline {

std::optional<Position> position_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return Position(value);
}

Response bad_position() {
  return problem(400, "invalid_position", "`from` and `to` are positions: whole numbers from 1");
}

std::variant<ExportRequest, Response> export_request(const Request& request) {
  ExportRequest asked;
  using Places = std::pair<const char*, std::optional<Position>*>;
  for (const auto& [name, place] : {Places{"from", &asked.query.from}, {"to", &asked.query.to}}) {
    const auto text = request.query_value(name);
    if (text && !(*place = position_from(*text))) return bad_position();
  }
  for (const std::string_view name : EventFilter::kNames) {
    const auto text = request.query_value(name);
    if (!text) continue;
    if (const std::string fault = asked.query.filter.set(name, *text); !fault.empty()) {
      return problem(400, "invalid_parameter", "`" + std::string(name) + "` " + fault);
    }
  }
  const auto format = export_format(request.query_value("format").value_or("ndjson"));
  if (!format) {
    return problem(400, "invalid_parameter", "`format` is ndjson, events or frames");
  }
  asked.format = *format;
  return asked;
}

}  // namespace syncline
