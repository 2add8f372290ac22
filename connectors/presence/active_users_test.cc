#include "connectors/presence/active_users.h"

#include <gtest/gtest.h>

#include "projections/deadlines/deadline_index.h"
#include "projections/presence/presence_projection.h"
#include "tests/fakes.h"
#include "tests/open_engine.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

class ActiveUsersTest : public testing::Test {
 protected:
  Position beat(std::string_view user) {
    const std::string subject = "presence/" + std::string(user);
    PresenceBeat beat;
    beat.user_id = user;
    beat.module = "pms";
    EventBody body;
    body.type = EventType::presence_beat;
    body.id = "made-up";
    body.source = "test";
    body.subject = subject;
    body.payload = beat;
    std::vector<Draft> drafts;
    drafts.push_back(make_draft(body).value());
    return engine_->append(std::move(drafts)).value().front().position;
  }

  // What the timer learns with each of its rounds.
  void learn() {
    const auto view = engine_->view("presence");
    floor_.raise(*view, view->position());
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  std::unique_ptr<Engine> engine_ = open_engine({.data = folder_ / "data",
                                                 .node = *OriginId::from("n1"),
                                                 .clock = &clock_,
                                                 .rng = &rng_,
                                                 .sync = false},
                                                std::make_unique<PresenceProjection>());
  DeadlineFloor floor_;
};

TEST_F(ActiveUsersTest, CountsEveryBeatAndEveryLapseAtItsInstant) {
  ActiveUsers active(*engine_, floor_);
  EXPECT_EQ(active.now().users, 0u);
  const Position first = beat("1");
  learn();
  EXPECT_EQ(active.now().users, 1u);
  EXPECT_EQ(active.now().position, first);
  clock_.advance(minutes(1));
  const Position second = beat("2");
  EXPECT_EQ(active.now().users, 2u);
  EXPECT_EQ(active.now().position, second);

  clock_.advance(minutes(4) - microseconds(1));
  EXPECT_EQ(active.now().users, 2u);
  clock_.advance(microseconds(1));
  EXPECT_EQ(active.now().users, 1u) << "no expiry is written";
  clock_.advance(minutes(1));
  EXPECT_EQ(active.now().users, 0u);
  EXPECT_EQ(active.now().position, second);
}

TEST_F(ActiveUsersTest, AClockThatIsSetBackIsNoAnswerFromBefore) {
  ActiveUsers active(*engine_, floor_);
  const Time begin = clock_.now();
  beat("1");
  learn();
  clock_.advance(minutes(5));
  EXPECT_EQ(active.now().users, 0u);
  clock_.set(begin);
  EXPECT_EQ(active.now().users, 1u);
  EXPECT_EQ(active.now().time, begin);
}

}  // namespace
}  // namespace syncline
