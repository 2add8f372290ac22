// Which events of a log are asked for, and in which form: the same words for a folder and for a
// running server. Pure but for reading the log.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "connectors/events/event_filter.h"
#include "engine/log/log.h"

namespace syncline {

struct ExportRange {
  Position from;  // inclusive, both; before it: nothing
  Position to;
};

struct ExportQuery {
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  EventFilter filter;

  // In this log, up to its head of now, and no wider than the filter's times.
  Result<ExportRange> range(const Log& log) const;
};

// `id_given`: its producer gave the id, so that the index of ids has it.
using EachFrame = std::function<bool(Position, std::string_view frame, bool id_given)>;

// Looks at some of the events of `range`, in order (about 256 KiB of frames), and calls `each` with
// those that the filter lets through until it returns false. Returns the first position not looked
// at.
Result<Position> read_chosen(const Log& log, ExportRange range, const EventFilter& filter,
                             const EachFrame& each);

}  // namespace syncline
