#include "projections/deadlines/deadline_floor.h"

#include "projections/deadlines/deadline_index.h"
#include "projections/sessions/sessions_fold.h"

namespace syncline {
namespace {

using std::chrono::minutes;

class DeadlineFloorTest : public SessionsFold {
 protected:
  // A sync of that session, whose deadline is in twice the interval.
  void beat(std::string_view session, std::chrono::milliseconds interval,
            SessionStatus status = SessionStatus::active) {
    SessionSynced s = heartbeat(status);
    s.session_id = session;
    s.last_activity = script_.now;
    s.last_sync_interval = interval;
    sync(s);
    pass(Duration(1));
  }
  Time floor() const { return floor_.of(script_.state, script_.position()); }
  std::optional<Time> raise() { return floor_.raise(script_.state, script_.position()); }

  // Whoever reads from the floor on sees what there is.
  void expect_nothing_missed() {
    const Time year = script_.now + std::chrono::hours(24 * 365);
    EXPECT_EQ(next_deadline(script_.state, floor()), next_deadline(script_.state));
    EXPECT_EQ(due_sessions(script_.state, year, 10'000, floor()).size(),
              due_sessions(script_.state, year, 10'000).size());
    EXPECT_EQ(count_sessions(script_.state, year, floor()).expired,
              count_sessions(script_.state, year).expired);
  }

  DeadlineFloor floor_;
};

TEST_F(DeadlineFloorTest, IsUnknownUntilItIsRaised) {
  beat("s1", minutes(8));
  EXPECT_LE(floor(), *next_deadline(script_.state));
  EXPECT_EQ(raise(), next_deadline(script_.state));
  EXPECT_EQ(DeadlineFloor().of(script_.state, script_.position()), Time::min());
}

TEST_F(DeadlineFloorTest, RisesWithTheFirstDeadline) {
  beat("s1", minutes(8));
  beat("s2", minutes(9));
  raise();
  const Time before = floor();
  for (std::uint64_t i = 0; i <= kDeadlinePage; ++i) beat("s1", minutes(10));
  EXPECT_EQ(raise(), start_ + Duration(1) + minutes(18)) << "of s2";
  beat("s2", minutes(10));
  raise();
  EXPECT_GT(floor(), before);
  expect_nothing_missed();
}

TEST_F(DeadlineFloorTest, AnEarlierDeadlineMovesItBack) {
  beat("s1", minutes(8));
  raise();
  beat("s2", minutes(1));
  EXPECT_LE(floor(), start_ + Duration(1) + minutes(2));
  expect_nothing_missed();
}

TEST_F(DeadlineFloorTest, AnEarlierDeadlineIsFoundPagesLater) {
  beat("s1", minutes(60));
  raise();
  for (std::uint64_t i = 0; i < 4 * kDeadlinePage; ++i) {
    beat(i == 1500 ? "s2" : "s1", minutes(i == 1500 ? 1 : 60));
  }
  EXPECT_LT(*next_deadline(script_.state), start_ + minutes(3));
  expect_nothing_missed();
}

TEST_F(DeadlineFloorTest, ARepeatThatBringsItForwardCounts) {
  beat("s1", minutes(60));
  raise();
  script_.configure(1);
  SessionSynced again = heartbeat();
  again.session_id = "s1";
  again.last_activity = start_;
  again.last_sync_interval = minutes(60);
  EXPECT_TRUE(sync(again).applied);
  EXPECT_LT(*next_deadline(script_.state), start_ + minutes(61));
  expect_nothing_missed();
}

TEST_F(DeadlineFloorTest, AfterTheLastOneIsGoneTheNextIsFound) {
  beat("s1", minutes(8));
  beat("s1", minutes(8), SessionStatus::terminated);
  EXPECT_EQ(raise(), std::nullopt);
  beat("s2", minutes(1));
  expect_nothing_missed();
}

TEST_F(DeadlineFloorTest, AnOlderStateIsReadFromItsStart) {
  beat("s1", minutes(8));
  const MemoryState older(MemoryState::Entries(script_.state.entries()));
  const Position position = script_.position();
  for (std::uint64_t i = 0; i < kDeadlinePage; ++i) beat("s1", minutes(60));
  raise();
  EXPECT_EQ(floor_.of(older, position), Time::min());
  EXPECT_EQ(floor_.raise(older, position), start_ + minutes(16));
  EXPECT_GT(floor(), start_ + minutes(16)) << "what was learned later stays";
}

}  // namespace
}  // namespace syncline
