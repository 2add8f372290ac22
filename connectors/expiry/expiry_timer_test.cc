#include "connectors/expiry/expiry_timer.h"

#include <condition_variable>

#include <gtest/gtest.h>

#include "projections/history/history_projection.h"
#include "tests/fakes.h"
#include "tests/open_engine.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Sources that make their deadlines up: nothing is folded but the history.
class ExpiryTimerTest : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = open_engine({.data = folder_ / "data",
                           .node = *OriginId::from("n1"),
                           .clock = &clock_,
                           .rng = &rng_,
                           .sync = false},
                          std::make_unique<HistoryProjection>());
    engine_->folder().add_listener([this](Position applied) {
      if (on_applied) on_applied(applied);
      const std::lock_guard lock(mutex_);
      moved_.notify_all();
    });
  }

  // `count` deadlines of one instant, written once it has come.
  ExpirySource source(const std::string& subject, std::size_t count, Time deadline) {
    const auto left = std::make_shared<std::size_t>(count);
    return {.view = "history",
            .due =
                [=](const ViewSnapshot&, Time now, std::size_t limit) {
                  std::vector<Draft> drafts;
                  for (; now >= deadline && *left > 0 && drafts.size() < limit; --*left) {
                    drafts.push_back(test_draft("", subject, "{}"));
                  }
                  return drafts;
                },
            .next =
                [=](const ViewSnapshot&) {
                  return *left > 0 ? std::optional(deadline) : std::nullopt;
                }};
  }

  // False: the real deadline passed first.
  bool reaches(std::uint64_t position) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, seconds(30), [&] { return engine_->applied().value >= position; });
  }
  std::string subject_at(std::uint64_t position) {
    const std::string frame = engine_->log().read(Position(position)).value();
    return std::string(decode_frame(frame).body.subject);
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  std::mutex mutex_;
  std::condition_variable moved_;
  std::function<void(Position)> on_applied;
  std::unique_ptr<Engine> engine_;
};

TEST_F(ExpiryTimerTest, WritesForAllItsSources) {
  ExpiryTimer timer(*engine_);
  timer.add(source("first/1", 1, clock_.now() + hours(2)));
  timer.add(source("second/1", 1, clock_.now() + hours(1)));
  timer.start();
  clock_.advance(hours(1));
  ASSERT_TRUE(reaches(1));
  EXPECT_EQ(subject_at(1), "second/1");
  clock_.advance(hours(1));
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(subject_at(2), "first/1");
}

TEST_F(ExpiryTimerTest, LetsOthersInBetween) {
  constexpr std::uint64_t kDue = 20'000;  // more than one look
  on_applied = [this, asked = false](Position) mutable {
    if (std::exchange(asked, true)) return;
    auto submission = std::make_unique<Submission>();
    submission->drafts.push_back(test_draft("", "other/1", "{}"));
    submission->done = [](const std::unique_ptr<Submission>&) {};
    engine_->submit(std::move(submission));
  };
  ExpiryTimer timer(*engine_);
  timer.add(source("due/1", kDue, clock_.now()));
  timer.start();
  ASSERT_TRUE(reaches(kDue + 1));
  std::uint64_t others = 1;
  while (subject_at(others) != "other/1") ++others;
  EXPECT_LT(others, 4096U) << "asked for behind the first piece";
}

}  // namespace
}  // namespace syncline
