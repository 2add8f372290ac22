// Reading events for one request: which ones, where from (query parameters), and one
// bounded step through the log. Called on connection strands; a step reads at most kStepEvents from
// the disk, so that nobody waits long behind it.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "connectors/events/event_filter.h"
#include "connectors/http/problem.h"
#include "engine/engine.h"

namespace syncline {

inline constexpr std::size_t kStepEvents = 1000;

// By ?type=, ?subject= and ?source=; 400 when one is there and empty, which would mean everything.
std::variant<EventFilter, Response> event_filter(const Request& request);

std::optional<Position> parse_position(std::string_view text);  // decimal digits

// 400 `invalid_parameter`.
Response invalid_parameter(std::string_view name, std::string_view must);
// `?limit=`, at most limits::kPageEvents.
std::variant<std::size_t, Response> page_limit(const Request& request);

// 409 `foreign_token`: a reader that stands behind the log's end has read another log, or a tail
// that was lost, and would miss what takes those positions.
std::optional<Response> beyond_end(Position after, const Engine& engine);

// What a page may read: positions behind `after` up to `last`, by ?after=, ?from= and ?to=.
struct PageRange {
  Position after, last;
};
std::variant<PageRange, Response> page_range(const Request& request, const Engine& engine);

// Calls `each` with the events of the filter in after+1..last, in order, until it returns false or
// kStepEvents were examined. Everything up to the answer has been examined.
Result<Position> step(const Engine& engine, const EventFilter& filter, Position after,
                      Position last, const std::function<bool(const Event&)>& each);

}  // namespace syncline
