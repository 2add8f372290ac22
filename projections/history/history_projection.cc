#include "projections/history/history_projection.h"

#include "projections/history/history_key.h"

namespace syncline {

std::optional<Outcome> HistoryProjection::apply(const Event& event, FoldState& state) const {
  if (!event.body.subject.empty()) {
    state.put(history_key(event.body.subject, event.header.position), {});
  }
  return std::nullopt;
}

}  // namespace syncline
