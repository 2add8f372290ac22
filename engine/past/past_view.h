// A projection as it was once an event was folded: what the past keeps of the boundary before it,
// and over that the fold of the events since. The same entries as a fold of the log up to there,
// those that the projection keeps. Changes no more; one thread.
#pragma once

#include <vector>

#include "engine/past/past_store.h"

namespace syncline {

class PastView final : public ReadState {
 public:
  // Folds at most `events_max`, else `past_behind`, which says how far the past is. Other errors:
  // those of reading log and past. All of these outlive it.
  static Result<std::unique_ptr<PastView>> fold(const PastStore& past, const Log& log,
                                                const Projection& projection, Position position,
                                                std::size_t events_max);

  Position position() const { return position_; }
  std::optional<std::string> get(std::string_view key) const override;
  void scan(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view key, std::string_view value)>& each) const override;

 private:
  using Change = OverlayState::Writes::value_type;

  PastView(Position position, std::unique_ptr<ReadState> boundary)
      : position_(position), boundary_(std::move(boundary)) {}
  void sort_changes();

  const Position position_;
  const std::unique_ptr<ReadState> boundary_;
  OverlayState overlay_{*boundary_};
  std::vector<const Change*> changes_;  // of the overlay, in the order of their keys
};

}  // namespace syncline
