#include "engine/fold/folder.h"

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "engine/limits.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

// Counts events per subject; its version and its factor can be changed by a test.
class Counter final : public Projection {
 public:
  explicit Counter(std::uint32_t version = 1) : version_(version) {}
  std::string_view name() const override { return "counter"; }
  std::uint32_t version() const override { return version_; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    const auto before = state.get(event.body.subject);
    const std::uint64_t count = (before ? std::stoull(*before) : 0) + version_;
    state.put(event.body.subject, std::to_string(count));
    return Outcome{.created = !before, .applied = true, .count = count};
  }

 private:
  std::uint32_t version_;
};

class FolderTest : public ::testing::Test {
 protected:
  void open(std::uint32_t version = 1) {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<Counter>(version));
    auto opened = Engine::open(
        {.data = folder_ / "data", .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
        std::move(projections));
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  Receipt append(std::string_view subject) {
    return engine_->append(one_draft(test_draft("", subject, "1"))).value().at(0);
  }
  std::string count(std::string_view subject) {
    return engine_->view("counter")->get(subject).value_or("none");
  }
  std::string digest_now() {
    return hex(digest(*engine_->folder().projection("counter"), *engine_->view("counter")));
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{3};
  std::unique_ptr<Engine> engine_;
};

TEST_F(FolderTest, AnAnswerComesBehindItsFoldAndBringsTheOutcome) {
  open();
  const Receipt first = append("s");
  EXPECT_TRUE(first.outcome.created);
  EXPECT_EQ(count("s"), "1");
  EXPECT_EQ(engine_->applied(), first.position);
  EXPECT_EQ(append("s").outcome.count, 2u);
  EXPECT_EQ(engine_->view("counter")->position(), Position(2));
}

TEST_F(FolderTest, ARestartGoesOnWhereItWas) {
  open();
  for (int i = 0; i < 10; ++i) append("s");
  const std::string before = digest_now();
  engine_.reset();
  open();
  EXPECT_EQ(digest_now(), before);
  append("s");
  EXPECT_EQ(count("s"), "11");
}

TEST_F(FolderTest, AMissingFolderIsRebuilt) {
  open();
  for (int i = 0; i < 10; ++i) append("s" + std::to_string(i % 3));
  const std::string before = digest_now();
  engine_.reset();
  std::filesystem::remove_all(folder_ / "data/views");
  open();
  EXPECT_EQ(digest_now(), before);
}

TEST_F(FolderTest, ANewVersionIsBuiltAnew) {
  open(1);
  for (int i = 0; i < 10; ++i) append("s");
  engine_.reset();
  open(2);
  EXPECT_EQ(count("s"), "20");
  append("s");
  EXPECT_EQ(count("s"), "22");
}

TEST_F(FolderTest, AViewOfALogThatLostItsTailIsDiscarded) {
  open();
  append("kept");
  engine_.reset();
  const auto copy = [this](const char* from, const char* to) {
    std::filesystem::remove_all(folder_ / to);
    std::filesystem::copy(folder_ / from, folder_ / to, std::filesystem::copy_options::recursive);
  };
  copy("data/log", "saved");
  copy("data/log.acked", "saved.acked");
  open();
  append("lost");
  engine_.reset();
  copy("saved", "data/log");
  copy("saved.acked", "data/log.acked");
  open();
  EXPECT_EQ(count("lost"), "none");
  // The same again with the log grown past where the view was: the position alone would not tell.
  append("other");
  EXPECT_EQ(count("other"), "1");
  EXPECT_EQ(count("kept"), "1");
}

TEST_F(FolderTest, ARebuildGivesTheSameAndServesOn) {
  open();
  for (int i = 0; i < 10'000; ++i) append("s" + std::to_string(i % 7));
  const std::string before = digest_now();
  const auto held = engine_->view("counter");
  ASSERT_TRUE(engine_->folder().rebuild("counter", nullptr));
  EXPECT_EQ(digest_now(), before);
  EXPECT_EQ(held->get("s0").value(), count("s0")) << "a reader keeps its picture";
  append("s0");
  EXPECT_EQ(engine_->applied(), Position(10'001));
  EXPECT_FALSE(engine_->folder().rebuild("unknown", nullptr));
}

TEST_F(FolderTest, ARebuildThatIsEndedLeavesWhatServed) {
  open();
  for (std::size_t i = 0; i <= limits::kCommitEvents; ++i) append("s" + std::to_string(i % 7));
  const std::string before = digest_now();
  std::size_t heard = 0;
  const auto end_it = [&heard](Position, Position, std::size_t bytes) {
    heard += bytes;
    return false;
  };
  const auto ended = engine_->folder().rebuild("counter", end_it);
  ASSERT_TRUE(ended.has_error());
  EXPECT_EQ(ended.error().code, ErrorCode::stopping);
  EXPECT_GT(heard, 0u);
  EXPECT_EQ(digest_now(), before);
  append("s0");
  EXPECT_EQ(count("s0"), "587");
}

TEST_F(FolderTest, ListenersHearOfEveryCommit) {
  open();
  std::mutex mutex;
  std::condition_variable changed;
  Position heard;
  const int token = engine_->folder().add_listener([&](Position p) {
    const std::lock_guard lock(mutex);
    heard = p;
    changed.notify_all();
  });
  append("s");
  std::unique_lock lock(mutex);
  EXPECT_TRUE(
      changed.wait_for(lock, std::chrono::seconds(10), [&] { return heard == Position(1); }));
  lock.unlock();
  engine_->folder().remove_listener(token);
}

TEST(ViewStore, WhatACrashLeftOfABuildIsDropped) {
  TempFolder folder;
  const auto views = ViewStore::open(folder / "views", nullptr).value();
  const Slot serving = views->new_slot(), cut_off = views->new_slot();
  ViewStore::Batch batch(*views);
  for (const Slot slot : {serving, cut_off}) {
    batch.state(slot).put("key", "value");
    batch.checkpoint(slot, {Position(1), {}});
  }
  ASSERT_TRUE(views->write(batch).has_value());
  ASSERT_TRUE(views->serve("view", {1, serving}).has_value());
  views->drop_abandoned();
  EXPECT_EQ(views->snapshot(cut_off)->get("key"), std::nullopt);
  EXPECT_EQ(views->checkpoint(cut_off).position, Position(0));
  EXPECT_EQ(views->snapshot(serving)->get("key"), "value");
  EXPECT_EQ(views->checkpoint(serving).position, Position(1));
}

TEST(ViewStore, AScanEndsWithItsPrefix) {
  using namespace std::string_view_literals;
  const TempFolder folder;
  const auto store = std::move(ViewStore::open(folder / "views", nullptr).value());
  const Slot slot = store->new_slot();
  ViewStore::Batch batch(*store);
  for (const auto key : {"a"sv, "b"sv, "b\xff"sv, "b\xff\xff"sv, "b\xff\xff\0"sv, "c"sv}) {
    batch.state(slot).put(key, "");
  }
  ASSERT_TRUE(store->write(batch).has_value());
  const auto count = [&](std::string_view prefix, std::string_view from) {
    int keys = 0;
    store->snapshot(slot)->scan(prefix, from, [&](std::string_view key, std::string_view) {
      EXPECT_TRUE(key.starts_with(prefix));
      return ++keys > 0;
    });
    return keys;
  };
  EXPECT_EQ(count("", ""), 6);
  EXPECT_EQ(count("b", ""), 4);
  EXPECT_EQ(count("b\xff", ""), 3);
  EXPECT_EQ(count("b\xff\xff", "b\xff\xff"), 2);
  EXPECT_EQ(count("b", "b\xff\xff"), 2);
  EXPECT_EQ(count("c", "d"), 0);
}

}  // namespace
}  // namespace syncline
