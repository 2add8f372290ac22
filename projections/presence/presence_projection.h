// The presence projection (CONTRACTS 2): who is in which module now and was then, folded from
// presence.beat, .cleared, .expired and config.applied. README.md tells the rules, presence_keys.h
// the state.
//
// The fold runs on the folder's thread and on the rebuilder's; it keeps nothing between events.
#pragma once

#include "engine/fold/projection.h"

namespace syncline {

class PresenceProjection final : public Projection {
 public:
  std::string_view name() const override { return "presence"; }
  std::uint32_t version() const override { return 1; }
  // applied: the view shows what the event said. created: it was the user's first.
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override;
  // What follows from the records, and positions, are left out.
  std::optional<std::string> canonical(std::string_view key, std::string_view value) const override;
  // All but what moves with every beat (who lapses when) and what tells of positions.
  bool kept_in_past(std::string_view key) const override;
};

}  // namespace syncline
