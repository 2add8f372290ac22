// The sessions projection in a real engine: its view is the model's, and its digest is the same
// after a rebuild, after a restart, and in another folder under another clock and time zone, as by
// a fold that never saw a disk.
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <gmock/gmock.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "projections/history/history_projection.h"
#include "projections/history/history_view.h"
#include "schemas/subject.h"
#include "tests/fakes.h"
#include "tests/open_engine.h"
#include "tests/property/sessions_model.h"
#include "tests/property/sessions_program.h"
#include "tests/seeds.h"
#include "tests/share.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

Draft draft_of(EventType type, const Payload& payload, std::string_view extra,
               const std::string& id) {
  EventBody body;
  body.id = id;
  body.source = "test";
  body.type = type;
  body.payload = payload;
  body.extra_json = extra;
  std::string subject = "node/a";
  if (const auto* sync = std::get_if<SessionSynced>(&payload)) {
    subject = make_subject("session", {sync->user_id, sync->session_id});
  } else if (const auto* expired = std::get_if<SessionExpired>(&payload)) {
    subject = make_subject("session", {expired->user_id, expired->session_id});
  }
  body.subject = subject;
  return make_draft(body).value();
}

class SessionsOnEngine : public testing::Test {
 protected:
  std::unique_ptr<Engine> open(const std::string& folder, Clock& clock) {
    // Not synced: what survives a power cut is for the crash tests.
    return open_engine({.data = folder,
                        .node = *OriginId::from("a"),
                        .clock = &clock,
                        .rng = &rng_,
                        .sync = false},
                       std::make_unique<SessionsProjection>(),
                       std::make_unique<HistoryProjection>());
  }

  // Appends a random story, several events to a commit.
  void tell(Engine& engine, SessionsProgram& program, int commits) {
    for (int i = 0; i < commits; ++i) {
      clock_.advance(program.gap());
      std::vector<Draft> drafts;
      for (auto left = 1 + program.below(5); left > 0; --left) {
        drafts.push_back(next(engine, program));
      }
      ASSERT_TRUE(engine.append(std::move(drafts)).has_value());
      read_new_events(engine);
    }
  }

  Draft next(Engine& engine, SessionsProgram& program) {
    const std::string id = "event-" + std::to_string(++drafts_);
    if (program.one_in(30)) {
      const auto intervals = static_cast<std::uint32_t>(1 + program.below(3));
      return draft_of(EventType::config_applied, ConfigApplied{intervals}, "", id);
    }
    const auto due = due_sessions(*engine.view("sessions"), clock_.now(), 10);
    if (!due.empty() && program.one_in(2)) {
      const DueSession& d = due[program.below(due.size())];
      return draft_of(EventType::session_expired,
                      SessionExpired{d.user_id, d.session_id, d.beat, d.deadline}, "", id);
    }
    const SessionSynced sync = program.sync(clock_.now(), events_);
    return draft_of(EventType::session_synced, sync, program.extra(), id);
  }

  // The log as it lies on disk is what the model and the pure fold get.
  void read_new_events(Engine& engine) {
    const Position from(events_.size() + 1);
    const auto scanned =
        engine.log().scan(from, engine.log().head().position, [&](Position, std::string_view f) {
          frames_.emplace_back(f);
          events_.push_back(decode_frame(frames_.back()));
          projection_.apply(events_.back(), folded_);
          return true;
        });
    ASSERT_TRUE(scanned.has_value());
  }

  void compare(Engine& engine, Time now) {
    const auto view = engine.view("sessions");
    const auto model = SessionsModel(events_).sessions(now);
    std::size_t i = 0;
    const auto next = list_sessions(*view, now, {}, "", 1000, [&](const SessionView& session) {
      ASSERT_LT(i, model.size());
      const ModelSession& expected = model[i++];
      EXPECT_EQ(session.sync.user_id, expected.user_id);
      EXPECT_EQ(session.sync.session_id, expected.session_id);
      EXPECT_EQ(session.own_id, expected.own_id);
      EXPECT_EQ(name(session.phase), name(expected.phase));
      EXPECT_EQ(session.last_activity, expected.last_activity);
      EXPECT_EQ(session.updated_at, expected.updated_at);
      EXPECT_EQ(session.position.value, expected.position);
    });
    EXPECT_EQ(next, std::nullopt);
    EXPECT_EQ(i, model.size());
  }

  std::string digest_of(Engine& engine, const char* projection = "sessions") {
    return hex(digest(*engine.folder().projection(projection), *engine.view(projection)));
  }
  std::string digest_of_fold() { return hex(digest(projection_, folded_)); }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  int drafts_ = 0;
  std::deque<std::string> frames_;
  std::deque<Event> events_;  // point into frames_
  const SessionsProjection projection_;
  MemoryState folded_;
};

TEST_F(SessionsOnEngine, ViewIsTheModelAndTheDigestIsTheFolds) {
  const std::uint64_t seed = first_seed();
  SCOPED_TRACE("again with SYNCLINE_SEED=" + std::to_string(seed));
  SessionsProgram program(seed);
  const int rounds = count_of({.full = 40, .plain = 8, .sanitized = 2});
  const std::string here = folder_ / "here";
  auto engine = open(here, clock_);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    tell(*engine, program, 40);
    compare(*engine, clock_.now());
    compare(*engine, clock_.now() + std::chrono::hours(24));
    EXPECT_EQ(digest_of(*engine), digest_of_fold());
    if (program.one_in(2)) {
      engine.reset();
      engine = open(here, clock_);
      EXPECT_EQ(digest_of(*engine), digest_of_fold()) << "restarted";
    }
    if (program.one_in(2)) {
      ASSERT_TRUE(engine->folder().rebuild("sessions", {}).has_value());
      EXPECT_EQ(digest_of(*engine), digest_of_fold()) << "rebuilt";
    }
  }
}

TEST_F(SessionsOnEngine, DigestIsTheSameElsewhere) {
  SessionsProgram program(7);
  const std::string here = folder_ / "here";
  auto engine = open(here, clock_);
  tell(*engine, program, 60);
  const std::string sessions = digest_of(*engine);
  const std::string history = digest_of(*engine, "history");
  engine.reset();

  const std::string there = folder_ / "there";
  std::filesystem::copy(here, there, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(there + "/views");
  ASSERT_EQ(setenv("TZ", "Pacific/Kiritimati", 1), 0);
  tzset();
  FakeClock other;
  other.set(clock_.now() + std::chrono::hours(24 * 400));
  auto moved = open(there, other);
  EXPECT_EQ(digest_of(*moved), sessions);
  EXPECT_EQ(digest_of(*moved, "history"), history);
  ASSERT_EQ(unsetenv("TZ"), 0);
  tzset();

  // The digest is no constant: one more sync, and it is another.
  SessionSynced sync;
  sync.user_id = "new";
  sync.session_id = "new";
  std::vector<Draft> drafts;
  drafts.push_back(draft_of(EventType::session_synced, sync, "", "one more"));
  ASSERT_TRUE(moved->append(std::move(drafts)).has_value());
  EXPECT_NE(digest_of(*moved), sessions);
  EXPECT_NE(digest_of(*moved, "history"), history);
}

TEST_F(SessionsOnEngine, HistoryNamesAnEntitysEvents) {
  SessionsProgram program(8);
  auto engine = open(folder_ / "here", clock_);
  tell(*engine, program, 40);
  const auto view = engine->view("history");
  std::map<std::string, std::vector<Position>> expected;
  for (const Event& event : events_) {
    expected[std::string(event.body.subject)].push_back(event.header.position);
  }
  ASSERT_GT(expected.size(), 3u);
  for (const auto& [subject, positions] : expected) {
    EXPECT_EQ(positions_after(*view, subject, Position(0), 1000), positions);
    auto back = positions_before(*view, subject, view->position().next(), 1000);
    std::reverse(back.begin(), back.end());
    EXPECT_EQ(back, positions);
  }
}

}  // namespace
}  // namespace syncline
