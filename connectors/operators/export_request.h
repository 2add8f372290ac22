// The words of GET /v1/log/export, read strictly. Pure.
#pragma once

#include <variant>

#include "connectors/http/message.h"
#include "connectors/operators/export_query.h"
#include "connectors/operators/export_text.h"

namespace syncline {

// A whole number from 1; nullopt: it is none.
std::optional<Position> position_from(std::string_view text);
// 400: `from` and `to` are positions.
Response bad_position();

struct ExportRequest {
  ExportQuery query;
  ExportFormat format = ExportFormat::ndjson;
};
// Or the answer that says what is wrong.
std::variant<ExportRequest, Response> export_request(const Request& request);

}  // namespace syncline
