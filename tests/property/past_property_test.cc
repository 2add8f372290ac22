// 1,000 random instants of a random log of sessions: what the past answers is what a fold of the
// log up to there gives, entry for entry and as readers see it; through restarts, other intervals,
// a past that was deleted, and views that were rebuilt.
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "engine/limits.h"
#include "engine/past/moment.h"
#include "projections/history/history_projection.h"
#include "projections/memory_state.h"
#include "projections/sessions/sessions_view.h"
#include "tests/fakes.h"
#include "tests/past_built.h"
#include "tests/property/sessions_program.h"
#include "tests/seeds.h"
#include "tests/share.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr int kInstants = 1000;
constexpr std::uint64_t kIntervals[] = {7, 16, 100, 333};

// How long a log becomes, and whether views are rebuilt and the engine restarted while it does.
struct Length {
  std::uint64_t events, append, interval;  // interval 0: any of kIntervals
  bool disturbed;
};
constexpr Length kShort{.events = 3000, .append = 60, .interval = 0, .disturbed = true};
constexpr Length kMillion{
    .events = 1'000'000, .append = 250, .interval = limits::kPastEvents, .disturbed = false};

// What a reader sees of one session, as a text.
std::string seen(const SessionView& view) {
  return std::string(view.own_id) + " " + std::string(name(view.phase)) + " " +
         std::to_string(view.updated_at.time_since_epoch().count()) + " " +
         std::to_string(view.position.value) + " " + std::string(view.sync.license_type);
}

class PastStory {
 public:
  PastStory(std::uint64_t seed, const Length& length)
      : length_(length), program_(seed), rng_(seed) {
    for (int i = 0; i < 100; ++i) users_.push_back("user " + std::to_string(i));
  }

  void run() {
    open();
    while (engine_->applied().value < length_.events) {
      append();
      if (!length_.disturbed) continue;
      if (program_.one_in(20)) {
        ASSERT_TRUE(engine_->folder().rebuild("sessions", nullptr));
      }
      if (program_.one_in(20)) restart();
    }
    ASSERT_TRUE(built(engine_->past(), "sessions", interval_));
    compare();
  }

 private:
  void open() {
    interval_ = length_.interval;
    if (interval_ == 0) interval_ = kIntervals[program_.below(std::size(kIntervals))];
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<HistoryProjection>());
    projections.push_back(std::make_unique<SessionsProjection>());
    engine_ = Engine::open({.data = folder_ / "data",
                            .node = *OriginId::from("a"),
                            .clock = &clock_,
                            .rng = &rng_,
                            .sync = false,
                            .past_events = interval_},
                           std::move(projections))
                  .value();
  }

  void restart() {
    engine_.reset();
    if (program_.one_in(4)) std::filesystem::remove_all(folder_ / "data/past");
    open();
  }

  void append() {
    clock_.advance(program_.gap());
    std::vector<Draft> drafts;
    for (auto left = 1 + program_.below(length_.append); left > 0; --left)
      drafts.push_back(any_sync());
    const auto view = engine_->view("sessions");
    for (const DueSession& due : due_sessions(*view, clock_.now(), program_.below(4))) {
      drafts.push_back(draft(EventType::session_expired,
                             SessionExpired{due.user_id, due.session_id, due.beat, due.deadline}));
    }
    if (program_.one_in(8)) {
      const auto intervals = static_cast<std::uint32_t>(1 + program_.below(3));
      drafts.push_back(draft(EventType::config_applied, ConfigApplied{intervals}));
    }
    const auto receipts = engine_->append(std::move(drafts)).value();
    for (const Receipt& receipt : receipts) keep(receipt.position);
  }

  Draft any_sync() {
    SessionSynced sync = program_.sync(clock_.now(), events_);
    if (!program_.one_in(4)) sync.user_id = users_[program_.below(users_.size())];
    return draft(EventType::session_synced, sync);
  }

  template <class T>
  Draft draft(EventType type, const T& payload) {
    EventBody body;
    body.type = type;
    body.id = ids_.emplace_back(std::to_string(ids_.size()));
    body.source = "test";
    body.subject = "session/s";
    body.payload = payload;
    return make_draft(body).value();
  }

  void keep(Position position) {
    frames_.push_back(engine_->log().read(position).value());
    events_.push_back(decode_frame(frames_.back()));
  }

  // Half of them positions, half times: of an event, beside it, or anywhere.
  std::multimap<Position, Asked> instants() {
    std::multimap<Position, Asked> all;
    for (int i = 0; i < kInstants; ++i) {
      const Position position(1 + program_.below(events_.size()));
      if (program_.one_in(2)) {
        all.emplace(position, position);
        continue;
      }
      const Time at = events_[position.value - 1].header.append_time;
      const Time time = at + Duration(program_.below(3)) - Duration(1);
      all.emplace(last_by(time), std::min(time, clock_.now()));
    }
    return all;
  }

  Position last_by(Time time) const {
    Position last(0);
    for (const Event& event : events_) {
      if (event.header.append_time <= time) last = event.header.position;
    }
    return last;
  }

  void compare() {
    MemoryState state;
    const SessionsProjection projection;
    auto next = events_.begin();
    for (const auto& [position, asked] : instants()) {
      for (; next != events_.end() && next->header.position <= position; ++next) {
        projection.apply(*next, state);
      }
      const auto moment = moment_of(engine_->log(), asked, clock_.now());
      ASSERT_TRUE(moment) << moment.error().message;
      ASSERT_EQ(moment->position, position);
      const auto then = engine_->past().view("sessions", position);
      ASSERT_TRUE(then) << then.error().message;
      compare_entries(projection, state, **then);
      compare_readers(state, **then, moment->time);
      if (testing::Test::HasFailure()) FAIL() << "at position " << position.value;
    }
  }

  void compare_entries(const SessionsProjection& projection, const MemoryState& state,
                       const ReadState& then) const {
    MemoryState::Entries expected, found;
    for (const auto& [key, value] : state.entries()) {
      if (projection.kept_in_past(key)) expected.emplace(key, value);
    }
    then.scan({}, {}, [&](std::string_view key, std::string_view value) {
      found.emplace(key, value);
      return true;
    });
    ASSERT_EQ(found, expected);
    ASSERT_EQ(digest(projection, then), digest(projection, state));
  }

  void compare_readers(const MemoryState& state, const ReadState& then, Time now) {
    const std::string user = program_.one_in(2) ? "u" : users_[program_.below(100)];
    std::vector<std::string> expected, found;
    user_sessions(state, now, user, 5, [&](const auto& view) { expected.push_back(seen(view)); });
    user_sessions(then, now, user, 5, [&](const auto& view) { found.push_back(seen(view)); });
    ASSERT_EQ(found, expected);

    SessionFilter filter;
    if (!program_.one_in(4)) filter.phase = kSessionPhases[program_.below(4)];
    if (program_.one_in(4)) filter.user_id = user;
    expected.clear();
    found.clear();
    list_sessions(state, now, filter, "", 10'000,
                  [&](const SessionView& view) { expected.push_back(seen(view)); });
    const std::size_t limit = 1 + program_.below(20), walked = 1 + program_.below(40);
    for (std::optional<std::string> after = ""; after;) {
      const std::size_t before = found.size();
      after = list_past_sessions(then, now, filter, *after, limit, walked,
                                 [&](const auto& view) { found.push_back(seen(view)); });
      ASSERT_LE(found.size() - before, std::min(limit, walked));
    }
    ASSERT_EQ(found, expected);
  }

  const Length length_;
  SessionsProgram program_;
  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_;
  std::uint64_t interval_ = 0;
  std::vector<std::string> users_;
  std::deque<std::string> ids_, frames_;
  std::deque<Event> events_;  // of frames_
  std::unique_ptr<Engine> engine_;
};

TEST(PastProperty, WhatWasIsTheFoldUpToThen) {
  for_each_seed(count_of({.full = 20, .plain = 2, .sanitized = 1}),
                [](std::uint64_t seed) { PastStory(seed, kShort).run(); });
}

TEST(PastProperty, WhatWasIsTheFoldUpToThenInALogOfAMillion) {
  const int stories = count_of({.full = 1, .plain = 0, .sanitized = 0});
  if (stories == 0) GTEST_SKIP() << "a minute by itself: ./ops/test --long --only past_property";
  for_each_seed(stories, [](std::uint64_t seed) { PastStory(seed, kMillion).run(); });
}

}  // namespace
}  // namespace syncline
