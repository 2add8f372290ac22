#include "engine/log/free_space.h"

#include <future>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/limits.h"
#include "tests/failing_disk.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using limits::kMiB;

struct Heard final : Observer {
  std::vector<std::string> said;
  void disk_full(const Error& why) override { said.emplace_back(name(why.code)); }
  void disk_has_room() override { said.emplace_back("room"); }
};

struct OnSmallDisk {
  Heard heard;
  TempFolder folder;
  FakeClock clock;
  SeededRng rng{1};
  FailingDisk disk;
  std::unique_ptr<Engine> engine;

  OnSmallDisk() {
    disk.set_free(1000 * kMiB);
    engine = Engine::open({.data = folder / "",
                           .node = *OriginId::from("a"),
                           .clock = &clock,
                           .rng = &rng,
                           .observer = &heard,
                           .env = &disk,
                           .sync = false,
                           .reserve = 100 * kMiB},
                          {})
                 .value();
  }
  // As a connector does it.
  Result<std::vector<Receipt>> submit(std::string_view id) {
    std::promise<Result<std::vector<Receipt>>> answered;
    auto submission = std::make_unique<Submission>();
    submission->drafts = one_draft(test_draft(id, "s/1", "1"));
    submission->done = [&answered](std::unique_ptr<Submission> s) {
      answered.set_value(std::move(s->answer));
    };
    engine->submit(std::move(submission));
    return answered.get_future().get();
  }
};

TEST(FreeSpace, BelowTheReserveNothingIsTakenAndAboveItIsAgain) {
  OnSmallDisk on;
  on.submit("first").value();
  on.disk.set_free(100 * kMiB - 1);
  for (int i = 0; i < 3; ++i) {
    const Error error = on.submit("second").error();
    EXPECT_EQ(error.code, ErrorCode::disk_full);
    EXPECT_NE(error.message.find("99 MiB are free, and 100 MiB stay in reserve"), std::string::npos)
        << error.message;
    EXPECT_EQ(on.engine->log().head().position, Position(1));
  }
  EXPECT_FALSE(on.engine->log().closed());
  on.disk.set_free(101 * kMiB);
  EXPECT_EQ(on.submit("second").value().at(0).position, Position(2));
}

TEST(FreeSpace, WhoWatchesHearsOfAChangeOnce) {
  OnSmallDisk on;
  on.submit("first").value();
  on.disk.set_free(0);
  for (int i = 0; i < 3; ++i) on.submit("second").error();
  EXPECT_EQ(on.heard.said, (std::vector<std::string>{"disk_full"}));
  on.disk.set_free(100 * kMiB + 1000);  // for this one, and not for any
  on.submit("second").value();
  EXPECT_EQ(on.heard.said, (std::vector<std::string>{"disk_full"}));
  on.disk.set_free(100 * kMiB + limits::kCommitBytes);
  for (const char* id : {"third", "fourth"}) on.submit(id).value();
  EXPECT_EQ(on.heard.said, (std::vector<std::string>{"disk_full", "room"}));
}

TEST(FreeSpace, WhatIsAboutToBeWrittenCounts) {
  OnSmallDisk on;
  on.disk.set_free(100 * kMiB + 10);
  EXPECT_EQ(on.submit("first").error().code, ErrorCode::disk_full);
}

TEST(FreeSpace, ARepeatNeedsNoRoom) {
  OnSmallDisk on;
  on.submit("first").value();
  on.disk.set_free(0);
  EXPECT_TRUE(on.submit("first").value().at(0).duplicate);
}

TEST(FreeSpace, WhatTheNodeMustWriteAtItsStartMayUseTheReserve) {
  OnSmallDisk on;
  on.disk.set_free(50 * kMiB);
  EXPECT_TRUE(on.engine->append(one_draft(test_draft("", "s/1", "1"))));
}

TEST(FreeSpace, NoReserveRefusesNothing) {
  TempFolder folder;
  FailingDisk disk;
  disk.set_free(0);
  EXPECT_FALSE(FreeSpace(folder / "", &disk, 0).refusal(1000));
  EXPECT_TRUE(FreeSpace(folder / "", &disk, 1).refusal(0));
}

TEST(FreeSpace, TheDefaultIsATwentiethWithinBounds) {
  EXPECT_EQ(default_reserve(1), 192 * kMiB);
  EXPECT_EQ(default_reserve(8000 * kMiB), 400 * kMiB);
  EXPECT_EQ(default_reserve(1'000'000 * kMiB), 512 * kMiB);
}

}  // namespace
}  // namespace syncline
