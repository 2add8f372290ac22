#include "engine/sequencer/sequencer.h"

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "tests/answers.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

class SequencerTest : public ::testing::Test {
 protected:
  SequencerTest() {
    engine_ = Engine::open({.data = folder_ / "data",
                            .node = *OriginId::from("a"),
                            .clock = &clock_,
                            .rng = &rng_},
                           {})
                  .value();
  }

  Result<std::vector<Receipt>> append(Draft draft) {
    return engine_->append(one_draft(std::move(draft)));
  }
  Event event(std::uint64_t position) {
    frame_ = engine_->log().read(Position(position)).value();
    return decode_frame(frame_);
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{7};
  std::unique_ptr<Engine> engine_;
  std::string frame_;
};

TEST_F(SequencerTest, ARepeatIsAnsweredWithTheFirstEvent) {
  const Receipt first = append(test_draft("x", "s", "1")).value().at(0);
  const Receipt repeat = append(test_draft("x", "s", "1")).value().at(0);
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(repeat.duplicate);
  EXPECT_EQ(repeat.position, first.position);
  EXPECT_EQ(repeat.name, first.name);
  EXPECT_EQ(engine_->log().head().position, Position(1));
}

TEST_F(SequencerTest, AnotherContentUnderTheIdIsAConflict) {
  append(test_draft("x", "s", "1")).value();
  const auto other = append(test_draft("x", "s", "2"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  EXPECT_NE(other.error().message.find("event 1"), std::string::npos);
}

TEST_F(SequencerTest, ARepeatWithinOneCommit) {
  std::vector<Draft> group;
  group.push_back(test_draft("x", "s", "1"));
  group.push_back(test_draft("x", "s", "1"));
  const auto receipts = engine_->append(std::move(group)).value();
  EXPECT_FALSE(receipts.at(0).duplicate);
  EXPECT_TRUE(receipts.at(1).duplicate);
  EXPECT_EQ(receipts.at(1).position, receipts.at(0).position);
}

TEST_F(SequencerTest, AnAtomicGroupIsAllOrNothing) {
  append(test_draft("taken", "s", "1")).value();
  std::vector<Draft> group;
  group.push_back(test_draft("new", "s", "1"));
  group.push_back(test_draft("taken", "s", "2"));
  Answers answers;
  auto submission = std::make_unique<Submission>();
  submission->drafts = std::move(group);
  answers.expect(*submission);
  engine_->submit(std::move(submission));
  ASSERT_TRUE(answers.wait());
  EXPECT_EQ(answers[0].answer.error().code, ErrorCode::conflict);
  EXPECT_EQ(answers[0].failed_draft, 1u);
  EXPECT_EQ(engine_->log().head().position, Position(1));
  // What was rolled back left no trace: the id is free, the chain goes on.
  EXPECT_FALSE(append(test_draft("new", "s", "3")).value().at(0).duplicate);
  EXPECT_EQ(event(2).header.previous_hash, event(1).header.hash);
}

// Their positions are given to other events.
TEST_F(SequencerTest, AFailedGroupNamesNoneOfItsOwnPositions) {
  append(test_draft("", "s", "1")).value();
  const auto message_of = [this](Draft first, Draft second, ErrorCode code) {
    std::vector<Draft> group;
    group.push_back(std::move(first));
    group.push_back(std::move(second));
    const auto refused = engine_->append(std::move(group));
    EXPECT_EQ(refused.error().code, code);
    return refused.error().message;
  };
  EXPECT_EQ(message_of(test_draft("x", "", "1"), test_draft("x", "", "2"), ErrorCode::conflict),
            "id x of source test is used twice in this request, with different content; give each "
            "event an id of its own");
  const auto expecting = [](std::uint64_t version) {
    Draft draft = test_draft("", "s", "2");
    draft.expected_version = Position(version);
    return draft;
  };
  EXPECT_EQ(message_of(expecting(1), expecting(1), ErrorCode::version_mismatch),
            "an earlier event of this request already changed subject s; only the first one can "
            "expect the version that was read");
  EXPECT_EQ(message_of(test_draft("", "other", "1"), expecting(9), ErrorCode::version_mismatch),
            "subject s is at version 1, not 9; read it again and decide anew");
}

TEST_F(SequencerTest, ExpectedVersion) {
  Draft first = test_draft("", "s", "1");
  first.expected_version = Position(0);
  append(std::move(first)).value();
  Draft stale = test_draft("", "s", "2");
  stale.expected_version = Position(0);
  const auto refused = append(std::move(stale));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::version_mismatch);
  EXPECT_EQ(refused.error().current, Position(1));
  Draft fresh = test_draft("", "s", "2");
  fresh.expected_version = Position(1);
  append(std::move(fresh)).value();
  EXPECT_EQ(event(2).header.base, event(1).header.name);
}

TEST_F(SequencerTest, ACausalWriteWinsOverItsBaseWhateverItsClockSays) {
  append(test_draft("", "s", "1", clock_.now())).value();
  Draft causal = test_draft("", "s", "2", clock_.now() - std::chrono::hours(1));
  causal.base_version = Position(1);
  append(std::move(causal)).value();
  EXPECT_EQ(event(2).header.merge_stamp - event(1).header.merge_stamp, Duration(1));
}

TEST_F(SequencerTest, ABaseOfAnotherSubjectIsRefused) {
  append(test_draft("", "s", "1")).value();
  for (const std::uint64_t base : {1ull, 2ull, 99ull}) {
    Draft draft = test_draft("", "other", "2");
    draft.base_version = Position(base);
    const auto refused = append(std::move(draft));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
}

TEST_F(SequencerTest, ReceivedTimeNeverGoesBack) {
  append(test_draft("", "s", "1")).value();
  clock_.advance(-std::chrono::hours(1));
  append(test_draft("", "s", "2")).value();
  EXPECT_EQ(event(2).header.received_time, event(1).header.received_time);
  EXPECT_GT(event(2).header.hlc, event(1).header.hlc);
}

TEST_F(SequencerTest, ADecidersRefusalWritesNothing) {
  Answers answers;
  auto submission = std::make_unique<Submission>();
  submission->decide = [](StagedState&) -> Result<std::vector<Draft>> {
    return Error{ErrorCode::refused, "no"};
  };
  answers.expect(*submission);
  engine_->submit(std::move(submission));
  ASSERT_TRUE(answers.wait());
  EXPECT_EQ(answers[0].answer.error().code, ErrorCode::refused);
  EXPECT_EQ(engine_->log().head().position, Position(0));
}

TEST_F(SequencerTest, AGroupOverTheCapGoesAlone) {
  std::vector<Draft> group;
  for (int i = 0; i < 5000; ++i) group.push_back(test_draft("", "s", std::to_string(i)));
  const auto receipts = engine_->append(std::move(group)).value();
  ASSERT_EQ(receipts.size(), 5000u);
  EXPECT_EQ(receipts.back().position, Position(5000));
}

TEST_F(SequencerTest, AfterStopItIsRefused) {
  engine_->stop();
  const auto refused = append(test_draft("", "s", "1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::stopping);
}

}  // namespace
}  // namespace syncline
