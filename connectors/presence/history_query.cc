#include "connectors/presence/history_query.h"

#include <charconv>

#include "connectors/http/request_target.h"
#include "connectors/json/time_text.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using std::chrono::seconds;

constexpr const char* kIsATime = "is a time, like 2026-01-31T12:00:00Z";

// "300", "300s", "5m", "2h"
std::optional<seconds> read_step(std::string_view text) {
  std::int64_t unit = 1;
  if (!text.empty() && (text.back() == 's' || text.back() == 'm' || text.back() == 'h')) {
    unit = text.back() == 's' ? 1 : text.back() == 'm' ? 60 : 3600;
    text.remove_suffix(1);
  }
  std::int32_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end) return std::nullopt;
  const seconds step(count * unit);
  return step >= seconds(1) ? std::optional(step) : std::nullopt;
}

// So that the whole range fits.
seconds least_step(const HistoryQuery& query) {
  constexpr auto kMost = static_cast<std::int64_t>(limits::kPageEvents);
  return std::chrono::ceil<seconds>((query.to - query.from + Duration(kMost - 1)) / kMost);
}

}  // namespace

std::variant<HistoryQuery, HistoryFault> read_history_query(const Request& request, Time now) {
  HistoryQuery query{.module = {}, .from = {}, .to = now, .step = {}};
  if (const auto module = request.query_value("module")) {
    if (module->empty()) return HistoryFault{"module", "is a module's id; without it: all"};
    query.module = *module;
  }
  if (const auto text = request.query_value("to")) {
    const auto to = from_iso(*text);
    if (!to) return HistoryFault{"to", kIsATime + as_it_arrived(*text)};
    query.to = *to;
  }
  query.from = query.to - std::chrono::hours(1);
  if (const auto text = request.query_value("from")) {
    const auto from = from_iso(*text);
    if (!from) return HistoryFault{"from", kIsATime + as_it_arrived(*text)};
    query.from = *from;
  }
  if (query.from >= query.to) return HistoryFault{"from", "must be before `to`"};
  query.step = std::chrono::ceil<std::chrono::minutes>(least_step(query));
  if (const auto text = request.query_value("step")) {
    const auto step = read_step(*text);
    if (!step) return HistoryFault{"step", "is whole seconds from 1, or like 5m or 1h"};
    if (*step < least_step(query)) {
      return HistoryFault{"step", "makes more than 1000 points of this range; the least is " +
                                      std::to_string(least_step(query).count())};
    }
    query.step = *step;
  }
  return query;
}

}  // namespace syncline
