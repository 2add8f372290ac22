#include "connectors/sessions/session_expiry.h"

#include <condition_variable>

#include <gtest/gtest.h>

#include "connectors/sessions/sync_request.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/sessions/sessions_projection.h"
#include "projections/sessions/sessions_view.h"
#include "tests/fakes.h"
#include "tests/open_engine.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Counts how often it is asked: the timer asks once a round at least.
class WatchedClock final : public Clock {
 public:
  Time now() override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    changed_.notify_all();
    return inner_.now();
  }
  void advance(Duration d) { inner_.advance(d); }
  // False: the deadline passed first.
  bool asked_again(int times) {
    std::unique_lock lock(mutex_);
    const int until = asked_ + times;
    return changed_.wait_for(lock, seconds(30), [&] { return asked_ >= until; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int asked_ = 0;
  FakeClock inner_;
};

class SessionExpiryTest : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = open_engine({.data = folder_ / "data",
                           .node = *OriginId::from("n1"),
                           .clock = &clock_,
                           .rng = &rng_,
                           .sync = false},
                          std::make_unique<SessionsProjection>());
    engine_->folder().add_listener([this](Position) {
      const std::lock_guard lock(mutex_);
      moved_.notify_all();
    });
  }

  void start_timer() {
    timer_.emplace(*engine_);
    timer_->add(session_expiry(*engine_, floor_));
    timer_->start();
  }

  void sync(const std::string& session,
            std::optional<std::chrono::milliseconds> interval = std::nullopt) {
    SessionSynced synced;
    synced.last_sync_interval = interval;
    synced.user_id = "u";
    synced.session_id = session;
    const std::string subject = session_subject("u", session);
    const std::string id = session + std::to_string(engine_->applied().value);
    EventBody body;
    body.id = id;
    body.source = "test";
    body.type = EventType::session_synced;
    body.subject = subject;
    body.payload = synced;
    ASSERT_TRUE(engine_->append(one_draft(make_draft(body).value())).has_value());
  }

  // False: the deadline passed first.
  bool reaches(std::uint64_t position) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, seconds(30), [&] { return engine_->applied().value >= position; });
  }
  SessionPhase phase(std::string_view session, Time at) {
    SessionPhase out = SessionPhase::terminated;
    EXPECT_TRUE(find_session(*engine_->view("sessions"), at, "u", session,
                             [&](const SessionView& view) { out = view.phase; }));
    return out;
  }

  TempFolder folder_;
  DeadlineFloor floor_;
  WatchedClock clock_;
  SeededRng rng_{1};
  std::mutex mutex_;
  std::condition_variable moved_;
  std::unique_ptr<Engine> engine_;
  std::optional<ExpiryTimer> timer_;
};

TEST_F(SessionExpiryTest, WritesWhatIsDueOnce) {
  const Time whole = std::chrono::ceil<seconds>(clock_.now());
  const Time start = whole + Duration(1'999);
  clock_.advance(start - clock_.now());
  sync("s1");
  clock_.advance(minutes(1));
  sync("s2");
  start_timer();
  clock_.advance(minutes(15));  // s1's deadline, to the microsecond
  ASSERT_TRUE(reaches(3));
  timer_->stop();

  const std::string frame = engine_->log().read(Position(3)).value();
  const Event event = decode_frame(frame);
  EXPECT_EQ(event.body.type, EventType::session_expired);
  EXPECT_EQ(event.body.source, "/syncline/n1");
  EXPECT_EQ(event.body.subject, "session/u/s1");
  EXPECT_EQ(event.body.event_time, whole + Duration(1'000) + minutes(16)) << "milliseconds";
  const auto& expired = std::get<SessionExpired>(event.body.payload);
  EXPECT_EQ(expired.user_id, "u");
  EXPECT_EQ(expired.session_id, "s1");
  EXPECT_EQ(expired.beat.text(), "n1.1.1");
  EXPECT_EQ(expired.deadline, start + minutes(16));
  EXPECT_EQ(phase("s1", start), SessionPhase::expired) << "written: whatever the reader's clock";
  EXPECT_EQ(phase("s2", clock_.now()), SessionPhase::active);
  EXPECT_EQ(engine_->applied().value, 3u);
}

TEST_F(SessionExpiryTest, ManyAtOnceAndAfterARevival) {
  constexpr std::uint64_t kSessions = 1500;  // more than are in flight at once
  for (std::uint64_t i = 0; i < kSessions; ++i) sync("s" + std::to_string(i));
  clock_.advance(minutes(20));
  start_timer();
  ASSERT_TRUE(reaches(2 * kSessions));
  EXPECT_EQ(count_sessions(*engine_->view("sessions"), clock_.now()).expired, kSessions);
  EXPECT_EQ(next_deadline(*engine_->view("sessions")), std::nullopt);
  sync("s7");
  EXPECT_EQ(phase("s7", clock_.now()), SessionPhase::active);
  clock_.advance(minutes(16));
  ASSERT_TRUE(reaches(2 * kSessions + 2));
  EXPECT_EQ(phase("s7", clock_.now()), SessionPhase::expired);
  timer_->stop();
  EXPECT_EQ(engine_->applied().value, 2 * kSessions + 2);
}

TEST_F(SessionExpiryTest, SeesADeadlineBeforeThoseItKnows) {
  sync("s1");
  start_timer();
  ASSERT_TRUE(clock_.asked_again(4)) << "it has looked, and remembers the deadline of s1";
  sync("s2", seconds(1));
  ASSERT_TRUE(engine_->folder().rebuild("sessions", {}).has_value());
  clock_.advance(seconds(2));
  ASSERT_TRUE(reaches(3));
  timer_->stop();
  EXPECT_EQ(phase("s2", clock_.now()), SessionPhase::expired);
  EXPECT_EQ(phase("s1", clock_.now()), SessionPhase::active);
}

TEST_F(SessionExpiryTest, OutlivesAnEngineThatTakesNothing) {
  sync("s1");
  clock_.advance(minutes(20));
  engine_->stop();
  start_timer();
  EXPECT_TRUE(clock_.asked_again(3)) << "it is refused, waits, and tries again";
  timer_->stop();
  timer_->stop();
  EXPECT_EQ(phase("s1", clock_.now()), SessionPhase::expired) << "readers do not need it";
}

}  // namespace
}  // namespace syncline
