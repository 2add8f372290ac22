// 5,000 random stories of sessions against the model: every outcome, every view at random instants;
// and the same state, byte for byte, however the events were cut into commits.
#include <map>

#include <gtest/gtest.h>

#include "engine/fold/digest.h"
#include "projections/deadlines/deadline_floor.h"
#include "projections/deadlines/deadline_index.h"
#include "tests/property/sessions_model.h"
#include "tests/property/sessions_program.h"
#include "tests/seeds.h"
#include "tests/share.h"

namespace syncline {

void PrintTo(const ModelSession& s, std::ostream* out) {
  *out << s.user_id << "/" << s.session_id << " " << name(s.phase) << " own " << s.own_id
       << " activity " << s.last_activity.time_since_epoch().count() << " updated "
       << s.updated_at.time_since_epoch().count() << " position " << s.position << " "
       << s.heartbeat_type << " " << s.license_type;
}

namespace {

// What a reader can see of it.
ModelSession visible(ModelSession session) {
  session.beat = 0;
  session.deadline.reset();
  session.expiry_written = false;
  return session;
}

ModelSession from_view(const SessionView& view) {
  return {.user_id = std::string(view.sync.user_id),
          .session_id = std::string(view.sync.session_id),
          .own_id = std::string(view.own_id),
          .phase = view.phase,
          .last_activity = view.last_activity,
          .updated_at = view.updated_at,
          .position = view.position.value,
          .beat = 0,
          .created_at = view.sync.created_at,
          .license_type = std::string(view.sync.license_type),
          .city = std::string(view.sync.city),
          .mfa_verified = view.sync.mfa_verified,
          .sync_timestamp = view.sync.sync_timestamp,
          .heartbeat_type = std::string(view.heartbeat_type),
          .deadline = {},
          .expiry_written = false};
}

class Story {
 public:
  explicit Story(std::uint64_t seed) : program_(seed) {}

  void run() {
    const std::uint64_t steps = 5 + program_.below(40);
    for (std::uint64_t i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      const Outcome found = program_.step(script_);
      const Outcome expected = model_.last_outcome();
      EXPECT_EQ(found.created, expected.created) << "event " << script_.position().value;
      EXPECT_EQ(found.applied, expected.applied) << "event " << script_.position().value;
      if (program_.one_in(4)) floor_.raise(script_.state, script_.position());
      if (program_.one_in(4)) compare_at(program_.instant(script_));
    }
    compare_at(script_.now);
    refold();
  }

 private:
  void compare_at(Time now) {
    const auto expected = model_.sessions(now);
    compare_list(now, expected, {});
    for (const SessionPhase phase : kSessionPhases) compare_list(now, expected, {phase, {}});
    for (const std::string_view user : {"u", "u1", "nobody"}) {
      compare_list(now, expected, {{}, user});
      compare_list(now, expected, {SessionPhase::expired, user});
      compare_user(now, expected, user);
    }
    compare_counts(now, expected);
    compare_due(now, expected);
  }

  // Walks the list in pages of a random size.
  void compare_list(Time now, const std::vector<ModelSession>& all, const SessionFilter& filter) {
    std::vector<ModelSession> expected, found;
    for (const ModelSession& session : all) {
      if (filter.phase && session.phase != *filter.phase) continue;
      if (filter.user_id && session.user_id != *filter.user_id) continue;
      expected.push_back(visible(session));
    }
    const std::size_t limit = 1 + program_.below(4);
    std::optional<std::string> after = "";
    while (after) {
      const std::size_t before = found.size();
      after = list_sessions(
          script_.state, now, filter, *after, limit,
          [&](const SessionView& view) { found.push_back(from_view(view)); }, floor());
      ASSERT_LE(found.size() - before, limit);
      ASSERT_TRUE(!after || found.size() - before == limit);
    }
    EXPECT_EQ(found, expected);
  }

  void compare_user(Time now, const std::vector<ModelSession>& all, std::string_view user) {
    std::vector<ModelSession> expected, found;
    for (const ModelSession& session : all) {
      if (session.user_id == user) expected.push_back(session);
    }
    std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
      return std::pair(a.last_activity, a.beat) > std::pair(b.last_activity, b.beat);
    });
    const std::size_t limit = 1 + program_.below(3);
    if (expected.size() > limit) expected.erase(expected.begin() + limit, expected.end());
    for (ModelSession& session : expected) session = visible(session);
    user_sessions(script_.state, now, user, limit,
                  [&](const SessionView& view) { found.push_back(from_view(view)); });
    EXPECT_EQ(found, expected);
    const auto login = last_login(script_.state, user);
    ASSERT_EQ(login.has_value(), !expected.empty());
    if (!login) return;
    EXPECT_EQ(login->last_activity, expected.front().last_activity);
    EXPECT_EQ(login->session_id, expected.front().session_id);
  }

  void compare_counts(Time now, const std::vector<ModelSession>& all) {
    std::map<SessionPhase, std::uint64_t> expected;
    for (const ModelSession& session : all) ++expected[session.phase];
    SessionCounts counts = count_sessions(script_.state, now, floor());
    for (const SessionPhase phase : kSessionPhases) {
      EXPECT_EQ(counts.of(phase), expected[phase]) << name(phase);
    }
  }

  void compare_due(Time now, const std::vector<ModelSession>& all) {
    std::map<std::pair<std::string, std::string>, Time> expected, found;
    std::optional<Time> next;
    for (const ModelSession& session : all) {
      if (session.expiry_written || !session.deadline) continue;
      if (!next || *session.deadline < *next) next = session.deadline;
      if (*session.deadline > now) continue;
      expected[{session.user_id, session.session_id}] = *session.deadline;
    }
    for (const DueSession& due : due_sessions(script_.state, now, 1000, floor())) {
      found[{due.user_id, due.session_id}] = due.deadline;
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(next_deadline(script_.state, floor()), next);
  }

  // Again, cut into commits at random: each folds over what the one before left.
  void refold() {
    const SessionsProjection projection;
    MemoryState state;
    auto event = script_.events().begin();
    while (event != script_.events().end()) {
      MemoryState commit(MemoryState::Entries(state.entries()));  // as if read back from a disk
      for (auto left = 1 + program_.below(8); left > 0 && event != script_.events().end(); --left) {
        projection.apply(*event++, commit);
      }
      state = MemoryState(MemoryState::Entries(commit.entries()));
    }
    EXPECT_EQ(state.entries(), script_.state.entries());
    EXPECT_EQ(hex(digest(projection, state)), hex(digest(script_.projection, script_.state)));
  }

  Time floor() const { return floor_.of(script_.state, script_.position()); }

  SessionsProgram program_;
  DeadlineFloor floor_;
  SessionScript script_;
  SessionsModel model_{script_.events()};
};

TEST(SessionsProperty, TheViewIsTheModel) {
  for_each_seed(count_of({.full = 5000, .plain = 5000, .sanitized = 500}),
                [](std::uint64_t seed) { Story(seed).run(); });
}

}  // namespace
}  // namespace syncline
