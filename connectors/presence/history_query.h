// What `GET /api/stats/history` asks: ?module=, ?from=, ?to=, ?step=. Pure.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "connectors/http/message.h"

namespace syncline {

struct HistoryQuery {
  std::string module;  // "": all of them
  Time from, to;       // [from, to)
  std::chrono::seconds step;
};

struct HistoryFault {
  std::string_view parameter;
  std::string detail;
};

// Without ?to=: until `now`; without ?from=: the hour before; without ?step=: a minute, or as many
// as keep it to limits::kPageEvents points.
std::variant<HistoryQuery, HistoryFault> read_history_query(const Request& request, Time now);

}  // namespace syncline
