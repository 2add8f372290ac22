// The history projection: which positions belong to a subject. It answers "what happened to this
// entity" without a scan of the log.
//
// State: key = subject ‖ 0x00 ‖ position (u64, big-endian), value empty. Positions are local to
// this log, and so is this projection's digest: it alone may be. An event without a subject leaves
// nothing.
#pragma once

#include "engine/fold/projection.h"

namespace syncline {

class HistoryProjection final : public Projection {
 public:
  std::string_view name() const override { return "history"; }
  std::uint32_t version() const override { return 1; }
  // Always nullopt: that an event is remembered is no outcome of its own.
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override;
  bool has_past() const override { return false; }  // each of its keys says since when it is there
};

}  // namespace syncline
