#include "engine/past/moment.h"

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using std::chrono::seconds;

// Five events: one at second 1, three at second 2, one at second 5.
class MomentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    engine_ = std::move(Engine::open({.data = folder_ / "data",
                                      .node = *OriginId::from("a"),
                                      .clock = &clock_,
                                      .rng = &rng_},
                                     {})
                            .value());
    for (const auto& [second, events] : {std::pair(1, 1), {2, 3}, {5, 1}}) {
      clock_.set(start_ + seconds(second));
      std::vector<Draft> drafts;
      for (int i = 0; i < events; ++i) drafts.push_back(test_draft("", "s", "1"));
      ASSERT_TRUE(engine_->append(std::move(drafts)));
    }
  }

  Result<Moment> of(Asked asked) { return moment_of(engine_->log(), asked, start_ + seconds(9)); }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{3};
  const Time start_ = clock_.now();
  std::unique_ptr<Engine> engine_;
};

TEST_F(MomentTest, OfATimeItIsTheLastEventThatHadHappened) {
  struct Case {
    Duration time;
    std::uint64_t position;
  };
  for (const Case& c : {Case{seconds(0), 0}, Case{seconds(1) - Duration(1), 0}, Case{seconds(1), 1},
                        Case{seconds(2) - Duration(1), 1}, Case{seconds(2), 4}, Case{seconds(4), 4},
                        Case{seconds(5), 5}, Case{seconds(9), 5}}) {
    const auto moment = of(start_ + c.time);
    ASSERT_TRUE(moment) << c.time.count();
    EXPECT_EQ(moment->position, Position(c.position)) << c.time.count();
    EXPECT_EQ(moment->time, start_ + c.time);
  }
}

TEST_F(MomentTest, OfAPositionTheClockStandsWhereItWasAppended) {
  const auto moment = of(Position(3));
  ASSERT_TRUE(moment);
  EXPECT_EQ(moment->position, Position(3));
  EXPECT_EQ(moment->time, start_ + seconds(2));
}

TEST_F(MomentTest, WhatHasNotBeenIsInvalid) {
  for (const Asked& asked :
       {Asked(Position(0)), Asked(Position(6)), Asked(start_ + seconds(9) + Duration(1))}) {
    const auto moment = of(asked);
    ASSERT_FALSE(moment);
    EXPECT_EQ(moment.error().code, ErrorCode::invalid);
  }
}

}  // namespace
}  // namespace syncline
