// The sessions projection (CONTRACTS 1): what is true now of every session, folded from
// session.synced, session.expired and config.applied. README.md tells the rules, session_keys.h the
// state.
//
// The fold runs on the folder's thread and on the rebuilder's; it keeps nothing between events.
#pragma once

#include "engine/fold/projection.h"

namespace syncline {

class SessionsProjection final : public Projection {
 public:
  std::string_view name() const override { return "sessions"; }
  std::uint32_t version() const override { return 2; }
  // applied: the view shows what the event said. created: it was the session's first.
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override;
  // Indexes and counts follow from the records, and are left out; so are positions.
  std::optional<std::string> canonical(std::string_view key, std::string_view value) const override;
  // All but the indexes, which move with every sync: who asks what was reads records. The counts
  // stay, because the fold goes by them.
  bool kept_in_past(std::string_view key) const override;
};

}  // namespace syncline
