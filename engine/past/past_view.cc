#include "engine/past/past_view.h"

#include <algorithm>

#include "engine/past/kept_state.h"

namespace syncline {

Result<std::unique_ptr<PastView>> PastView::fold(const PastStore& past, const Log& log,
                                                 const Projection& projection, Position position,
                                                 std::size_t events_max) {
  const Position boundary = past.boundary(projection, position).position;
  if (position.value - boundary.value > events_max) {
    return Error{ErrorCode::past_behind,
                 "the past of " + std::string(projection.name()) + " is built up to event " +
                     std::to_string(boundary.value) + ", and event " +
                     std::to_string(position.value) + " is asked for; try again later"};
  }
  std::unique_ptr<PastView> view(new PastView(position, past.state(projection, boundary)));
  if (boundary < position) {
    KeptState state(projection, view->overlay_);
    const auto apply = [&](Position, std::string_view frame) {
      projection.apply(decode_frame(frame), state);
      return true;
    };
    if (auto folded = log.scan(boundary.next(), position, apply); !folded) return folded.error();
  }
  view->sort_changes();
  return view;
}

void PastView::sort_changes() {
  for (const Change& change : overlay_.writes()) changes_.push_back(&change);
  std::ranges::sort(changes_, {}, [](const Change* change) { return change->first; });
}

std::optional<std::string> PastView::get(std::string_view key) const { return overlay_.get(key); }

void PastView::scan(std::string_view prefix, std::string_view from,
                    const std::function<bool(std::string_view, std::string_view)>& each) const {
  auto change = std::ranges::lower_bound(changes_, std::max(prefix, from), {},
                                         [](const Change* c) { return c->first; });
  const auto of_prefix = [&] {
    return change != changes_.end() && (*change)->first.starts_with(prefix);
  };
  bool wanted = true;
  // What was written at a key takes the place of what the boundary has there.
  const auto tell_changes = [&](const auto& here) {
    for (; wanted && of_prefix() && here((*change)->first); ++change) {
      if ((*change)->second) wanted = each((*change)->first, *(*change)->second);
    }
  };
  boundary_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    tell_changes([key](std::string_view changed) { return changed < key; });
    const bool replaced = of_prefix() && (*change)->first == key;
    tell_changes([key](std::string_view changed) { return changed == key; });
    if (wanted && !replaced) wanted = each(key, value);
    return wanted;
  });
  tell_changes([](std::string_view) { return true; });
}

}  // namespace syncline
