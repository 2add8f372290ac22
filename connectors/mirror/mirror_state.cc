#include "connectors/mirror/mirror_state.h"

#include <iterator>

namespace syncline {
namespace {

MirrorState after_done(MirrorState state) {
  switch (state) {
    case MirrorState::connecting:
      return MirrorState::fencing;
    case MirrorState::fencing:
      return MirrorState::reading_progress;
    case MirrorState::reading_progress:
      return MirrorState::catching_up;
    case MirrorState::catching_up:
    case MirrorState::streaming:
      return MirrorState::streaming;
    case MirrorState::backing_off:
      return MirrorState::connecting;
    case MirrorState::refusing:
    case MirrorState::fenced:
      break;
  }
  return state;
}

}  // namespace

std::string_view name(MirrorState state) {
  static constexpr std::string_view kNames[] = {"connecting",  "fencing",   "reading_progress",
                                                "catching_up", "streaming", "backing_off",
                                                "refusing",    "fenced"};
  static_assert(std::size(kNames) == kMirrorStates);
  return kNames[static_cast<std::size_t>(state)];
}

MirrorState next_state(MirrorState state, StepOutcome outcome) {
  if (is_final(state)) return state;
  switch (outcome) {
    case StepOutcome::done:
      return after_done(state);
    case StepOutcome::behind:
      return MirrorState::catching_up;
    case StepOutcome::again:
      return state;
    case StepOutcome::failed:
      return MirrorState::backing_off;
    case StepOutcome::refused:
      return MirrorState::refusing;
    case StepOutcome::fenced:
      return MirrorState::fenced;
  }
  return state;
}

StepOutcome outcome_of(FaultKind kind) {
  return kind == FaultKind::fenced ? StepOutcome::fenced : StepOutcome::failed;
}

}  // namespace syncline
