#include "connectors/events/event_query.h"

#include <algorithm>
#include <charconv>

#include "connectors/http/request_target.h"
#include "connectors/json/time_text.h"
#include "engine/limits.h"
#include "projections/history/history_view.h"

namespace syncline {
namespace {

// Through the history view: only the subject's own events are read.
Result<Position> step_subject(const Engine& engine, const EventFilter& filter, Position after,
                              Position last, const std::function<bool(const Event&)>& each) {
  const auto view = engine.view("history");
  const auto positions = positions_after(*view, filter.subject, after, kStepEvents);
  for (const Position position : positions) {
    if (position > last) return last;
    const auto frame = engine.log().read(position);
    if (!frame) return frame.error();
    const Event event = decode_frame(*frame);
    if (filter.matches(event) && !each(event)) return position;
  }
  return positions.size() < kStepEvents ? last : positions.back();
}

}  // namespace

std::variant<EventFilter, Response> event_filter(const Request& request) {
  EventFilter filter;
  for (const std::string_view name : {"type", "subject", "source"}) {
    const auto value = request.query_value(name);
    if (!value) continue;
    if (const auto fault = filter.set(name, *value); !fault.empty()) {
      return invalid_parameter(name, fault);
    }
  }
  return filter;
}

std::optional<Position> parse_position(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return Position(value);
}

Response invalid_parameter(std::string_view name, std::string_view must) {
  return problem(400, "invalid_parameter", "`" + std::string(name) + "` " + std::string(must));
}

std::variant<std::size_t, Response> page_limit(const Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return limits::kPageEventsDefault;
  const auto limit = parse_position(*text);
  if (!limit || limit->value == 0 || limit->value > limits::kPageEvents) {
    return invalid_parameter("limit",
                             "is a whole number from 1 to " + std::to_string(limits::kPageEvents));
  }
  return limit->value;
}

std::optional<Response> beyond_end(Position after, const Engine& engine) {
  const Position end = engine.log().head().position;
  if (after <= end) return std::nullopt;
  return problem(
      409, "foreign_token",
      "this log ends at position " + std::to_string(end.value) + ": what was read up to " +
          std::to_string(after.value) +
          " is of another log, or of a tail that was lost; read from an earlier position");
}

std::variant<PageRange, Response> page_range(const Request& request, const Engine& engine) {
  PageRange range{Position(0), engine.applied()};
  if (const auto text = request.query_value("after")) {
    const auto after = parse_position(*text);
    if (!after) return invalid_parameter("after", "is a position: a whole number from 0 on");
    if (auto refused = beyond_end(*after, engine)) return std::move(*refused);
    range.after = *after;
  }
  for (const std::string_view name : {"from", "to"}) {
    const auto text = request.query_value(name);
    if (!text) continue;
    const auto time = from_iso(*text);
    if (!time)
      return invalid_parameter(name,
                               "is a time such as 2025-09-18T22:09:30.000Z" + as_it_arrived(*text));
    const auto first = engine.log().first_at(*time);
    if (!first) return problem(first.error());
    const Position before(first->value - 1);
    if (name == "from") {
      range.after = std::max(range.after, before);
    } else {
      range.last = std::min(range.last, before);
    }
  }
  return range;
}

Result<Position> step(const Engine& engine, const EventFilter& filter, Position after,
                      Position last, const std::function<bool(const Event&)>& each) {
  if (after >= last) return after;
  if (!filter.subject.empty() && !filter.subject_begins)
    return step_subject(engine, filter, after, last, each);
  const Position to(std::min(last.value, after.value + kStepEvents));
  Position reached = to;
  const auto scanned =
      engine.log().scan(after.next(), to, [&](Position position, std::string_view frame) {
        const Event event = decode_frame(frame);
        if (!filter.matches(event) || each(event)) return true;
        reached = position;
        return false;
      });
  if (!scanned) return scanned.error();
  return reached;
}

}  // namespace syncline
