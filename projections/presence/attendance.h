// How many entered and left a module, and when: at single instants, and summed up by minutes and by
// days, so that a long range is read in few rows. All of it is additive: a stay whose end is
// written late is added where it ended. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/fold/projection.h"
#include "projections/presence/presence_keys.h"

namespace syncline {

struct Flow {
  std::uint64_t entered = 0;
  std::uint64_t left = 0;
  Duration stayed{0};  // by those who left, from their coming on

  std::int64_t net() const { return static_cast<std::int64_t>(entered - left); }
  Flow& operator+=(const Flow& other);
  bool operator==(const Flow&) const = default;
};

struct SpanFlow {
  Flow flow;
  // User-microseconds that those who came and went add and take in what was left of the span.
  std::int64_t area = 0;
  // The count never rose by more than this above what it was when the span began: exact as long as
  // nothing is written late and nothing happens twice in an instant, never too small.
  std::uint64_t top = 0;
  Duration latest{0};  // of what happened in it, from its start

  bool operator==(const SpanFlow&) const = default;
};

// Of a module, or of all of them; of the stay that begins or ends then.
void note_entered(FoldState& state, std::string_view module, Time time);
void note_left(FoldState& state, std::string_view module, Time time, Duration stayed);

Flow decode_flow(std::string_view value);
SpanFlow decode_span(std::string_view value);
// A span without what depends on the order in which things were written.
std::string canonical_span(std::string_view value);

}  // namespace syncline
