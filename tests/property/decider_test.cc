// Deciders under load: what they read is what will be, not what has been folded.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "tests/answers.h"
#include "tests/open_engine.h"
#include "tests/property/sequencer_model.h"
#include "tests/share.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr int kThreads = 16;
constexpr int kStock = 10;

std::unique_ptr<Submission> take_one(const std::string& id) {
  TestEvent taken;
  taken.source = "buyer";
  taken.id = id;
  taken.subject = "stock";
  taken.type = "test.taken";
  taken.data = "{}";
  taken.deduplicated = false;
  auto submission = std::make_unique<Submission>();
  submission->decide = decider_of({"stock", kStock, false, {taken}});
  return submission;
}

class DeciderTest : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = open_engine(
        {.data = folder_ / "data", .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
        std::make_unique<TallyProjection>(&gate_));
  }

  SystemClock clock_;
  SystemRng rng_;
  Gate gate_;
  TempFolder folder_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(DeciderTest, TenOfTenThousandTakeOneOfTen) {
  constexpr int kDecisions = 10'000;
  std::vector<Answers> answers(kThreads);
  gate_.close();  // no view knows of a take before all have asked, or the engine takes no more
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kDecisions / kThreads; ++i) {
        auto submission = take_one(std::to_string(thread) + "-" + std::to_string(i));
        answers[thread].expect(*submission);
        engine_->submit(std::move(submission));
      }
    });
  }
  threads.clear();
  gate_.open();

  int taken = 0;
  int refused = 0;
  std::set<std::uint64_t> positions;
  for (Answers& of_thread : answers) {
    ASSERT_TRUE(of_thread.wait());
    for (std::size_t i = 0; i < of_thread.size(); ++i) {
      const auto& answer = of_thread[i].answer;
      if (answer.has_value()) {
        ++taken;
        ASSERT_EQ(answer->size(), 1u);
        positions.insert(answer->front().position.value);
      } else {
        ++refused;
        EXPECT_EQ(answer.error().code, ErrorCode::refused) << answer.error().message;
      }
    }
  }
  EXPECT_EQ(taken, kStock);
  EXPECT_EQ(refused, kDecisions - kStock);
  EXPECT_EQ(positions.size(), static_cast<std::size_t>(kStock));
  EXPECT_EQ(engine_->log().head().position.value, static_cast<std::uint64_t>(kStock));
}

// The answer of a decision that read a staged event waits for that event, though it wrote none.
TEST_F(DeciderTest, ARefusalWaitsForWhatItRestsOn) {
  gate_.close();
  Answers takes;
  for (int i = 0; i < kStock; ++i) {
    auto submission = take_one(std::to_string(i));
    takes.expect(*submission);
    engine_->submit(std::move(submission));
  }
  std::atomic<bool> answered = false;
  Position applied_when_answered;
  auto refused = take_one("one too many");
  Answers refusal;
  refusal.expect(*refused);
  refused->done = [&, forward = refused->done](std::unique_ptr<Submission> back) {
    applied_when_answered = engine_->applied();
    answered = true;
    forward(std::move(back));
  };
  engine_->submit(std::move(refused));
  EXPECT_FALSE(answered);
  gate_.open();
  ASSERT_TRUE(takes.wait());
  ASSERT_TRUE(refusal.wait());
  EXPECT_TRUE(refusal[0].answer.has_error());
  EXPECT_EQ(applied_when_answered.value, static_cast<std::uint64_t>(kStock));
}

}  // namespace
}  // namespace syncline
