#include "connectors/operators/export_query.h"

#include <algorithm>

namespace syncline {
namespace {

// Enough to keep a socket or a disk busy, little enough to hold for each reader.
constexpr std::size_t kPieceBytes = 256 * 1024;

// A repeat of an event points to the first one, and an id that the product made has no entry.
Result<bool> has_entry(const Log& log, const Event& event) {
  const auto entry = log.find_id(event.body.source, event.body.id);
  if (entry.has_error()) return entry.error();
  return *entry && (*entry)->position == event.header.position;
}

}  // namespace

Result<ExportRange> ExportQuery::range(const Log& log) const {
  const Position head = log.head().position;
  ExportRange range{from.value_or(Position(1)), std::min(to.value_or(head), head)};
  if (filter.since) {
    const auto first = log.first_at(*filter.since);
    if (first.has_error()) return first.error();
    range.from = std::max(range.from, *first);
  }
  if (filter.until) {
    const auto first = log.first_at(*filter.until);
    if (first.has_error()) return first.error();
    range.to = std::min(range.to, Position(first->value - 1));
  }
  return range;
}

Result<Position> read_chosen(const Log& log, ExportRange range, const EventFilter& filter,
                             const EachFrame& each) {
  Position next = range.from;
  std::size_t looked_at = 0;
  std::optional<Error> fault;
  const auto scanned =
      log.scan(range.from, range.to, [&](Position position, std::string_view frame) {
        next = position.next();
        looked_at += frame.size();
        const Event event = decode_frame(frame);
        if (!filter.matches(event)) return looked_at < kPieceBytes;
        const auto given = has_entry(log, event);
        if (given.has_error()) {
          fault = given.error();
          return false;
        }
        return each(position, frame, *given) && looked_at < kPieceBytes;
      });
  if (scanned.has_error()) return scanned.error();
  if (fault) return *fault;
  if (next == range.from && range.from <= range.to) {
    return Error{ErrorCode::corrupt, "event " + std::to_string(range.from.value) +
                                         " is missing; `syncline log verify` says more"};
  }
  return next;
}

}  // namespace syncline
