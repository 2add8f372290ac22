#include "projections/presence/presence_history.h"

#include <gmock/gmock.h>

#include "projections/presence/presence_script.h"

namespace syncline {

void PrintTo(const PresencePoint& point, std::ostream* out) {
  *out << point.active_now << " at " << point.time.time_since_epoch().count();
}

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class PresenceHistoryTest : public testing::Test {
 protected:
  void beat(std::string_view user, std::string_view module = "pms") {
    script_.beat({.user_id = user, .module = module});
  }
  void pass(Duration time) { script_.now += time; }
  PresenceHistory history(Time from, Time to, Duration step, std::string_view module = "") const {
    return presence_history(script_.state, script_.now, module, {from, to, step});
  }
  std::vector<std::uint64_t> counts(const PresenceHistory& history) const {
    std::vector<std::uint64_t> counts;
    for (const PresencePoint& point : history.points) counts.push_back(point.active_now);
    return counts;
  }

  PresenceScript script_;
  const Time start_ = script_.now;
};

TEST_F(PresenceHistoryTest, PointsAreTheCountsAtTheirInstants) {
  beat("u1");
  pass(minutes(2));
  beat("u2");
  pass(minutes(8));  // u1 left at 5:00, u2 at 7:00; neither is written
  const auto found = history(start_ - minutes(1), script_.now, minutes(1));
  EXPECT_THAT(counts(found), ElementsAre(0, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0));
  EXPECT_EQ(found.peak, (PresencePoint{start_ + minutes(2), 2}));
  EXPECT_DOUBLE_EQ(found.average_session_seconds, 300);
  EXPECT_THAT(found.distribution, ElementsAre(Pair("pms", 1.0), Pair("ih", 0.0)));
  // Written late, they count from the same instants.
  script_.expire("u2", Position(2), start_ + minutes(7));
  script_.expire("u1", Position(1), start_ + minutes(5));
  const auto again = history(start_ - minutes(1), script_.now, minutes(1));
  EXPECT_EQ(again.points, found.points);
  EXPECT_EQ(again.peak, found.peak);
  EXPECT_EQ(again.average_session_seconds, found.average_session_seconds);
}

TEST_F(PresenceHistoryTest, TheEndOfARangeIsOpen) {
  beat("u1");
  pass(minutes(1));
  script_.clear("u1");
  pass(Duration(1));
  EXPECT_EQ(history(start_, start_ + minutes(1), minutes(1)).average_session_seconds, 0);
  EXPECT_EQ(history(start_ + minutes(1), script_.now, minutes(1)).average_session_seconds, 60);
  EXPECT_THAT(counts(history(start_ + minutes(1), script_.now, minutes(1))), ElementsAre(0));
  EXPECT_THAT(counts(history(start_, start_ + days(1), hours(1))), ElementsAre(1))
      << "what is to come is no point";
  EXPECT_TRUE(history(script_.now, script_.now + hours(1), minutes(1)).points.empty());
}

TEST_F(PresenceHistoryTest, WhatIsToComeHasItsShapeAndNobody) {
  beat("u1");
  const auto found = history(script_.now + days(1), script_.now + days(2), minutes(1));
  EXPECT_THAT(found.points, IsEmpty());
  EXPECT_EQ(found.peak, (PresencePoint{script_.now + days(1), 0}));
  EXPECT_THAT(found.distribution, ElementsAre(Pair("pms", 0.0), Pair("ih", 0.0)));
}

TEST_F(PresenceHistoryTest, AMoveEndsAStayInTheModuleAlone) {
  beat("u1", "pms");
  pass(minutes(3));
  beat("u1", "ih");
  pass(minutes(1));
  script_.clear("u1");
  pass(seconds(1));
  EXPECT_EQ(history(start_, script_.now, hours(1), "pms").average_session_seconds, 180);
  EXPECT_EQ(history(start_, script_.now, hours(1), "ih").average_session_seconds, 60);
  const auto all = history(start_, script_.now, hours(1));
  EXPECT_EQ(all.average_session_seconds, 240);
  EXPECT_THAT(all.distribution, ElementsAre(Pair("pms", 0.75), Pair("ih", 0.25)));
  EXPECT_EQ(all.peak, (PresencePoint{start_, 1})) << "nobody is counted twice in a move";
}

TEST_F(PresenceHistoryTest, ThePeakIsTheFirstInstantOfTheMost) {
  beat("u1");
  beat("u2");
  pass(minutes(1));
  script_.clear("u1");
  beat("u3");  // at the same instant: no more than before
  pass(days(2));
  beat("u4");
  beat("u5");
  pass(days(1));
  EXPECT_EQ(history(start_ - days(1), script_.now, days(1)).peak, (PresencePoint{start_, 2}));
  const Time noon = start_ + hours(2);
  EXPECT_EQ(history(noon, script_.now, days(1)).peak,
            (PresencePoint{start_ + minutes(1) + days(2), 2}));
  EXPECT_EQ(history(noon, noon + hours(1), days(1)).peak, (PresencePoint{noon, 0}));
}

TEST_F(PresenceHistoryTest, AnEndThatIsWrittenLateTakesThePeakBack) {
  beat("u1");
  pass(minutes(6));
  beat("u2");
  pass(minutes(1));
  EXPECT_EQ(history(start_, script_.now, hours(1)).peak, (PresencePoint{start_, 1}));
  script_.expire("u1", Position(1), start_ + minutes(5));
  EXPECT_EQ(history(start_, script_.now, hours(1)).peak, (PresencePoint{start_, 1}));
}

// As one of another node's log may.
TEST_F(PresenceHistoryTest, ABeatThatComesLateRaisesThePeak) {
  beat("u1");
  beat("u2");
  pass(minutes(2) + seconds(30));
  script_.clear("u1");
  script_.late(start_ + minutes(2) + seconds(10), PresenceBeat{.user_id = "u3", .module = "pms"});
  pass(minutes(1));
  EXPECT_EQ(history(start_ + minutes(1), script_.now, hours(1)).peak,
            (PresencePoint{start_ + minutes(2) + seconds(10), 3}));
}

}  // namespace
}  // namespace syncline
