#include "engine/past/past.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "engine/limits.h"
#include "tests/failing_disk.h"
#include "tests/fakes.h"
#include "tests/past_built.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr std::uint64_t kEvents = 16;

using Entries = std::map<std::string, std::string>;

// Reads, writes and erases: how often a subject was seen, which subjects were seen an odd number of
// times, and (left out of the past) the last subject.
class Parity final : public Projection {
 public:
  explicit Parity(std::uint32_t version = 1) : version_(version) {}
  std::string_view name() const override { return "parity"; }
  std::uint32_t version() const override { return version_; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    const std::string subject(event.body.subject);
    const std::string count = state.get("n" + subject).value_or("") + ".";
    state.put("n" + subject, count);
    state.put("last", subject);
    if (count.size() % 2 == 0) {
      state.erase("o" + subject);
    } else {
      state.put("o" + subject, "");
    }
    return std::nullopt;
  }
  bool kept_in_past(std::string_view key) const override { return key != "last"; }

 private:
  const std::uint32_t version_;
};

// Counts: an event that is folded twice shows.
class Tally final : public Projection {
 public:
  std::string_view name() const override { return "tally"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event&, FoldState& state) const override {
    state.put("n", std::to_string(std::stoull(state.get("n").value_or("0")) + 1));
    return std::nullopt;
  }
};

// Fills a memtable of the past with one boundary.
class Heavy final : public Projection {
 public:
  std::string_view name() const override { return "heavy"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    state.put(std::to_string(event.header.position.value),
              std::string(limits::kPastMemtableBytes / kEvents, 'x'));
    return std::nullopt;
  }
};

class NoPast final : public Projection {
 public:
  std::string_view name() const override { return "no_past"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event&, FoldState&) const override { return std::nullopt; }
  bool has_past() const override { return false; }
};

class Noticed final : public Observer {
 public:
  void noticed(const std::string& what) override {
    const std::lock_guard lock(mutex_);
    all_ += what + "\n";
  }
  std::string all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    all_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::string all_;
};

class PastTest : public ::testing::Test {
 protected:
  void open(std::uint32_t version = 1, std::uint64_t events = kEvents) {
    open(std::make_unique<Parity>(version), nullptr, events);
  }

  void open(std::unique_ptr<Projection> projection, rocksdb::Env* disk,
            std::uint64_t events = kEvents) {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::move(projection));
    projections.push_back(std::make_unique<Tally>());
    projections.push_back(std::make_unique<NoPast>());
    engine_ = std::move(Engine::open({.data = folder_ / "data",
                                      .node = *OriginId::from("a"),
                                      .clock = &clock_,
                                      .rng = &rng_,
                                      .observer = &noticed_,
                                      .env = disk,
                                      .past_events = events},
                                     std::move(projections))
                            .value());
  }

  // Subjects come and go: each event is of one of seven.
  void append(int events) {
    for (int i = 0; i < events; ++i) {
      const std::string subject(1, static_cast<char>('a' + random_() % 7));
      ASSERT_TRUE(engine_->append(one_draft(test_draft("", subject, "1"))));
    }
  }

  void wait_until_built() const { ASSERT_TRUE(built(engine_->past(), "parity", kEvents)); }

  static Entries entries(const ReadState& state, std::string_view prefix = {},
                         std::string_view from = {}) {
    Entries all;
    state.scan(prefix, from, [&](std::string_view key, std::string_view value) {
      EXPECT_TRUE(all.empty() || all.rbegin()->first < key) << "in order";
      all.emplace(key, value);
      return true;
    });
    return all;
  }

  // The first `position` events folded into nothing.
  Entries folded(Position position) const {
    class Empty final : public ReadState {
      std::optional<std::string> get(std::string_view) const override { return std::nullopt; }
      void scan(std::string_view, std::string_view,
                const std::function<bool(std::string_view, std::string_view)>&) const override {}
    };
    const Empty empty;
    OverlayState state(empty);
    const Parity parity;
    for (Position at(1); at <= position; at = at.next()) {
      parity.apply(decode_frame(*engine_->log().read(at)), state);
    }
    Entries all;
    for (const auto& [key, value] : state.writes()) {
      if (value && parity.kept_in_past(key)) all.emplace(key, *value);
    }
    return all;
  }

  void compare_everywhere() const {
    for (Position at(0); at <= engine_->applied(); at = at.next()) {
      const auto view = engine_->past().view("parity", at);
      ASSERT_TRUE(view) << view.error().message;
      const Entries expected = folded(at);
      ASSERT_EQ(entries(**view), expected) << at.value;
      for (const auto& [key, value] : expected) ASSERT_EQ((*view)->get(key), value);
      ASSERT_EQ((*view)->get("last"), std::nullopt);
      Entries middle;
      for (const auto& [key, value] : expected) {
        if (key.starts_with("n") && key >= "nc") middle.emplace(key, value);
      }
      ASSERT_EQ(entries(**view, "n", "nc"), middle);
    }
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{3};
  std::mt19937_64 random_{7};
  Noticed noticed_;
  FailingDisk disk_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(PastTest, AViewAtAnyPositionIsTheFoldUpToThere) {
  open();
  append(10 * kEvents + 5);
  wait_until_built();
  compare_everywhere();
}

TEST_F(PastTest, ARestartGoesOnFromTheLastBoundary) {
  open();
  append(3 * kEvents + 5);
  wait_until_built();
  engine_.reset();
  open();
  EXPECT_EQ(*engine_->past().lag("parity"), 5u) << "nothing is built again";
  append(2 * kEvents);
  wait_until_built();
  compare_everywhere();
}

TEST_F(PastTest, ADeletedOrDamagedFolderIsBuiltAgain) {
  open();
  append(4 * kEvents);
  wait_until_built();
  engine_.reset();
  std::filesystem::remove_all(folder_ / "data/past");
  open();
  wait_until_built();
  compare_everywhere();
  EXPECT_EQ(noticed_.all(), "");
  for (const char* damaged : {"CURRENT", "sst"}) {
    engine_.reset();
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "data/past")) {
      if (!file.path().string().ends_with(damaged)) continue;
      const auto size = std::filesystem::file_size(file);
      std::ofstream(file.path()) << std::string(size, '\0');
    }
    noticed_.clear();
    open();
    EXPECT_NE(noticed_.all().find("built anew"), std::string::npos) << damaged << noticed_.all();
    wait_until_built();
    compare_everywhere();
  }
}

TEST_F(PastTest, AWriteThatFailsEndsTheBuildingAlone) {
  open(std::make_unique<Heavy>(), &disk_);
  append(kEvents);
  disk_.fail([](FailingDisk::Touch touch, std::string_view path) {
    return touch == FailingDisk::Touch::sync && path.find("/past/") != path.npos &&
           path.ends_with(".sst");
  });
  for (int i = 0; i < 20 && noticed_.all().empty(); ++i) append(kEvents);
  EXPECT_NE(noticed_.all().find("is not built any further: "), std::string::npos);
  append(1);
  EXPECT_FALSE(engine_->log().closed());
  EXPECT_EQ(entries(*engine_->past().view("heavy", Position(7)).value()).size(), 7u);
}

TEST_F(PastTest, AnotherVersionHasAPastOfItsOwn) {
  open(1);
  append(2 * kEvents);
  wait_until_built();
  engine_.reset();
  open(2);
  wait_until_built();
  compare_everywhere();
  EXPECT_EQ(noticed_.all(), "");
}

TEST_F(PastTest, AnotherIntervalLeavesTheBoundariesThereAre) {
  open(1, kEvents - 3);
  append(3 * kEvents);
  wait_until_built();
  engine_.reset();
  open(2, kEvents);  // one projection begins anew, the other goes on between two boundaries
  append(3 * kEvents);
  wait_until_built();
  compare_everywhere();
  for (Position at(1); at <= engine_->applied(); at = at.next()) {
    EXPECT_EQ(engine_->past().view("tally", at).value()->get("n"), std::to_string(at.value));
  }
}

TEST_F(PastTest, ThePastOfALogThatLostItsTailIsForgotten) {
  open();
  append(kEvents - 1);
  engine_.reset();
  const auto copy = [this](const char* from, const char* to) {
    std::filesystem::remove_all(folder_ / to);
    std::filesystem::copy(folder_ / from, folder_ / to, std::filesystem::copy_options::recursive);
  };
  copy("data/log", "saved");
  copy("data/log.acked", "saved.acked");
  open();
  append(kEvents);
  wait_until_built();
  engine_.reset();
  copy("saved", "data/log");
  copy("saved.acked", "data/log.acked");
  open();
  append(2 * kEvents);  // beyond where the past was: the position alone would not tell
  wait_until_built();
  compare_everywhere();
  EXPECT_NE(noticed_.all().find("the past of parity was built up to event 16"), std::string::npos);
}

TEST_F(PastTest, WhatIsNotBuiltYetIsFoldedAsFarAsItsBoundAllows) {
  open(1, 1'000'000'000);  // the first boundary never comes
  append(20);
  const Parity parity;
  const auto store = PastStore::open({.path = folder_ / "other", .projections = {&parity}});
  ASSERT_TRUE(store) << store.error().message;
  const auto near = PastView::fold(**store, engine_->log(), parity, Position(20), 20);
  ASSERT_TRUE(near);
  EXPECT_EQ(entries(**near), folded(Position(20)));
  const auto far = PastView::fold(**store, engine_->log(), parity, Position(20), 19);
  ASSERT_FALSE(far);
  EXPECT_EQ(far.error().code, ErrorCode::past_behind);
}

TEST_F(PastTest, WhoHasNoneSaysSo) {
  open();
  EXPECT_EQ(engine_->past().view("no_past", Position(0)).error().code, ErrorCode::refused);
  EXPECT_EQ(engine_->past().view("unknown", Position(0)).error().code, ErrorCode::not_found);
  EXPECT_EQ(engine_->past().lag("no_past"), std::nullopt);
  engine_.reset();
  open(1, 0);
  EXPECT_EQ(engine_->past().view("parity", Position(0)).error().code, ErrorCode::refused);
}

// A second reader beside the writer, as the reading verbs are.
TEST_F(PastTest, ItIsReadBesideItsServer) {
  open();
  append(5 * kEvents);
  wait_until_built();
  engine_.reset();
  open();
  const Parity parity;
  const auto store =
      PastStore::open({.path = folder_ / "data/past", .read_only = true, .projections = {&parity}});
  ASSERT_TRUE(store) << store.error().message;
  const auto view = PastView::fold(**store, engine_->log(), parity, Position(70), kEvents);
  ASSERT_TRUE(view);
  EXPECT_EQ(entries(**view), folded(Position(70)));
  const Parity next(2);
  const auto other =
      PastStore::open({.path = folder_ / "data/past", .read_only = true, .projections = {&next}});
  EXPECT_EQ((*other)->boundary(next, Position(80)).position, Position(0));
}

}  // namespace
}  // namespace syncline
