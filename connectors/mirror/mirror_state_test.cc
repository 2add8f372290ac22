#include "connectors/mirror/mirror_state.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using enum MirrorState;

TEST(MirrorStates, FollowEachOther) {
  const struct {
    MirrorState from;
    StepOutcome outcome;
    MirrorState to;
  } cases[] = {
      {connecting, StepOutcome::done, fencing},
      {connecting, StepOutcome::failed, backing_off},
      {connecting, StepOutcome::fenced, fenced},
      {fencing, StepOutcome::done, reading_progress},
      {fencing, StepOutcome::failed, backing_off},
      {fencing, StepOutcome::fenced, fenced},
      {reading_progress, StepOutcome::done, catching_up},
      {reading_progress, StepOutcome::failed, backing_off},
      {reading_progress, StepOutcome::refused, refusing},
      {catching_up, StepOutcome::done, streaming},
      {catching_up, StepOutcome::behind, catching_up},
      {catching_up, StepOutcome::again, catching_up},
      {catching_up, StepOutcome::failed, backing_off},
      {catching_up, StepOutcome::fenced, fenced},
      {streaming, StepOutcome::done, streaming},
      {streaming, StepOutcome::behind, catching_up},
      {streaming, StepOutcome::again, streaming},
      {streaming, StepOutcome::failed, backing_off},
      {streaming, StepOutcome::refused, refusing},
      {streaming, StepOutcome::fenced, fenced},
      {backing_off, StepOutcome::done, connecting},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(name(next_state(each.from, each.outcome)), name(each.to))
        << name(each.from) << ' ' << static_cast<int>(each.outcome);
  }
}

TEST(MirrorStates, SomeAreForGood) {
  for (const MirrorState state : {refusing, fenced}) {
    EXPECT_TRUE(is_final(state));
    for (int outcome = 0; outcome <= static_cast<int>(StepOutcome::fenced); ++outcome) {
      EXPECT_EQ(next_state(state, static_cast<StepOutcome>(outcome)), state);
    }
  }
}

TEST(MirrorStates, AnInstanceThatWasShutOutStaysOut) {
  EXPECT_EQ(outcome_of(FaultKind::fenced), StepOutcome::fenced);
  for (const auto kind : {FaultKind::retriable, FaultKind::abortable, FaultKind::fatal}) {
    EXPECT_EQ(outcome_of(kind), StepOutcome::failed);
  }
}

}  // namespace
}  // namespace syncline
