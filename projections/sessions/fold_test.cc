#include <gmock/gmock.h>

#include "engine/fold/digest.h"
#include "projections/sessions/session_deadline.h"
#include "projections/sessions/session_id.h"
#include "projections/sessions/session_script.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// What the tests look at of a session that is shown.
struct Seen {
  std::string own_id;
  std::string status;
  Time last_activity;
  Time updated_at;
  std::uint64_t position;
  std::string heartbeat_type;
  std::string license_type;

  bool operator==(const Seen&) const = default;
};

class SessionsFold : public testing::Test {
 protected:
  static constexpr std::string_view kUser = "u1";
  static constexpr std::string_view kSession = "s1";

  SessionSynced heartbeat(SessionStatus status = SessionStatus::active) const {
    SessionSynced sync;
    sync.user_id = kUser;
    sync.session_id = kSession;
    sync.status = status;
    sync.created_at = start_;
    sync.last_activity = script_.now;
    sync.last_sync_interval = minutes(8);
    sync.license_type = "enterprise";
    return sync;
  }
  Outcome sync(const SessionSynced& s, std::string_view extra = {}) {
    return script_.sync(s, extra);
  }
  Outcome expire(Position beat, Time deadline) {
    return script_.expire(kUser, kSession, beat, deadline);
  }
  void pass(Duration time) { script_.now += time; }

  Seen seen(std::optional<Time> at = {}) const {
    Seen out{};
    const bool found = find_session(script_.state, at.value_or(script_.now), kUser, kSession,
                                    [&](const SessionView& view) {
                                      out = {std::string(view.own_id),
                                             std::string(name(view.phase)),
                                             view.last_activity,
                                             view.updated_at,
                                             view.position.value,
                                             std::string(view.heartbeat_type),
                                             std::string(view.sync.license_type)};
                                    });
    EXPECT_TRUE(found);
    return out;
  }
  std::string status(std::optional<Time> at = {}) const { return seen(at).status; }
  auto before() const { return script_.state.entries(); }

  SessionScript script_;
  const Time start_ = script_.now;
};

TEST_F(SessionsFold, TheFirstSyncCreatesTheSession) {
  const auto outcome = sync(heartbeat());
  EXPECT_TRUE(outcome.created);
  EXPECT_TRUE(outcome.applied);
  EXPECT_EQ(seen(), (Seen{make_session_id(kUser, kSession, start_), "active", start_, start_, 1,
                          "active_sync", "enterprise"}));
}

TEST_F(SessionsFold, ALaterSyncIsShown) {
  sync(heartbeat());
  pass(minutes(8));
  auto next = heartbeat(SessionStatus::idle);
  next.license_type = "trial";
  const auto outcome = sync(next);
  EXPECT_FALSE(outcome.created);
  EXPECT_TRUE(outcome.applied);
  EXPECT_EQ(seen(), (Seen{make_session_id(kUser, kSession, start_), "idle", script_.now,
                          script_.now, 2, "idle_sync", "trial"}));
}

TEST_F(SessionsFold, ALateSyncChangesNothing) {
  pass(minutes(1));
  sync(heartbeat());
  const auto untouched = before();
  pass(minutes(1));
  for (const auto status :
       {SessionStatus::active, SessionStatus::idle, SessionStatus::terminated}) {
    auto late = heartbeat(status);
    late.last_activity = start_;
    const auto outcome = sync(late);
    EXPECT_FALSE(outcome.created);
    EXPECT_FALSE(outcome.applied) << name(status);
    EXPECT_EQ(before(), untouched) << name(status);
  }
}

TEST_F(SessionsFold, ARepeatShowsNothingNewAndKeepsTheSession) {
  const auto first = heartbeat();
  sync(first, R"({"x":1})");
  const auto untouched = seen();
  pass(minutes(10));
  EXPECT_TRUE(sync(first, R"({"x":1})").applied);
  EXPECT_EQ(seen(), untouched);
  const Time deadline = script_.now + minutes(16);
  EXPECT_EQ(next_deadline(script_.state), deadline);
  EXPECT_EQ(status(start_ + minutes(16)), "active");
  EXPECT_EQ(seen(deadline - Duration(1)), untouched);
  EXPECT_EQ(status(deadline), "expired");
  EXPECT_EQ(seen(deadline).updated_at, deadline);
}

TEST_F(SessionsFold, OnlyTheWinnersRepeatKeepsTheSession) {
  const auto late = heartbeat();
  sync(late);
  pass(minutes(1));
  auto replaced = heartbeat();
  sync(replaced);
  auto winner = replaced;
  winner.license_type = "trial";
  sync(winner);
  const auto untouched = before();
  pass(minutes(1));
  EXPECT_FALSE(sync(late).applied);
  EXPECT_FALSE(sync(replaced).applied);
  EXPECT_EQ(before(), untouched);
  EXPECT_TRUE(sync(winner).applied);
  EXPECT_NE(before(), untouched);
}

TEST_F(SessionsFold, ARepeatIsHeldAgainstTheConfigurationOfItsTime) {
  const auto first = heartbeat(SessionStatus::idle);
  sync(first);
  script_.configure(3);
  pass(minutes(1));
  sync(first);
  EXPECT_EQ(next_deadline(script_.state), script_.now + minutes(24));
}

TEST_F(SessionsFold, AnExpiryDecidedBeforeARepeatDoesNotCount) {
  const auto first = heartbeat();
  sync(first);
  pass(minutes(10));
  sync(first);
  const auto untouched = before();
  pass(minutes(6));
  EXPECT_FALSE(expire(Position(1), start_ + minutes(16)).applied);
  EXPECT_EQ(before(), untouched);
  EXPECT_EQ(status(), "active");
  pass(minutes(10));
  EXPECT_TRUE(expire(Position(1), start_ + minutes(26)).applied);
  const auto written = before();
  EXPECT_FALSE(sync(first).applied) << "a repeat does not revive it";
  EXPECT_EQ(before(), written);
  EXPECT_EQ(seen().updated_at, start_ + minutes(26));
}

TEST_F(SessionsFold, OtherContentAtTheSameStampIsASyncOfItsOwn) {
  const auto first = heartbeat();
  sync(first);
  pass(minutes(3));
  auto other = first;
  other.sync_timestamp = script_.now;
  EXPECT_TRUE(sync(other).applied);
  EXPECT_EQ(seen().position, 2u);
  EXPECT_EQ(seen().updated_at, script_.now);  // and it keeps the session longer
  EXPECT_EQ(next_deadline(script_.state), script_.now + minutes(16));
  EXPECT_TRUE(sync(other, R"({"x":1})").applied);
  EXPECT_EQ(seen().position, 3u) << "fields without a name are content";
}

TEST_F(SessionsFold, RepeatsAtOneStampChangeNothingWhateverCameBetween) {
  const auto a = heartbeat(SessionStatus::active);
  const auto b = heartbeat(SessionStatus::idle);
  auto c = a;
  c.license_type = "trial";
  EXPECT_TRUE(sync(a).applied);
  EXPECT_TRUE(sync(b).applied);
  EXPECT_TRUE(sync(c).applied);
  const auto untouched = seen();
  const struct {
    const SessionSynced& repeat;
    bool applied;
  } cases[] = {{a, false}, {b, false}, {c, true}, {a, false}, {c, true}};
  for (const auto& [repeat, applied] : cases) {
    pass(minutes(1));
    EXPECT_EQ(sync(repeat).applied, applied);
    EXPECT_EQ(seen(), untouched);
  }
  script_.now = start_ + minutes(20);  // a later stamp leaves them behind: now they are late
  sync(heartbeat());
  EXPECT_FALSE(sync(a).applied);
  EXPECT_FALSE(sync(c).applied);
  EXPECT_EQ(status(), "active");
}

TEST_F(SessionsFold, RemembersEightContentsOfAStamp) {
  auto s = heartbeat();
  const auto numbered = [&](int n) {
    s.duration_seconds = n;
    return s;
  };
  for (int n = 1; n <= 9; ++n) EXPECT_TRUE(sync(numbered(n)).applied);
  const auto untouched = seen();
  for (int n = 2; n <= 8; ++n) EXPECT_FALSE(sync(numbered(n)).applied) << n;
  EXPECT_TRUE(sync(numbered(9)).applied);
  EXPECT_EQ(seen(), untouched);
  EXPECT_TRUE(sync(numbered(1)).applied) << "the ninth back is forgotten";
  EXPECT_EQ(seen().position, script_.position().value);
}

TEST_F(SessionsFold, ARepeatOfASyncThatLostStaysLost) {
  const auto first = heartbeat();
  sync(first);
  pass(minutes(1));
  sync(heartbeat(SessionStatus::idle));
  EXPECT_FALSE(sync(first).applied);
  EXPECT_EQ(status(), "idle");
}

// Every field that a sync can have.
SessionSynced everything(SessionSynced sync) {
  for (auto* text :
       {&sync.ip, &sync.country, &sync.region, &sync.city, &sync.timezone, &sync.location_formatted,
        &sync.platform, &sync.device_type, &sync.browser, &sync.user_agent, &sync.os_version,
        &sync.device_formatted, &sync.app_name, &sync.app_version, &sync.build_number,
        &sync.license_type, &sync.authentication_method, &sync.sync_source, &sync.sync_version}) {
    *text = "known";
  }
  sync.mfa_verified = false;
  sync.risk_score = 0;
  sync.risk_factors = {"vpn"};
  sync.duration_seconds = 0;
  sync.sync_timestamp = sync.last_activity;
  sync.heartbeat_type = "status_change";
  return sync;
}

TEST_F(SessionsFold, WhatASyncLeavesOutOfTheSessionStaysKnown) {
  const SessionSynced first = everything(heartbeat());
  sync(first);
  SessionSynced sparse;
  sparse.user_id = kUser;
  sparse.session_id = kSession;
  SessionSynced expected = first;
  expected.sync_timestamp.reset();
  expected.last_sync_interval.reset();
  expected.sync_source = expected.sync_version = expected.heartbeat_type = {};
  const auto expect_shown = [&](std::string_view heartbeat) {
    find_session(script_.state, script_.now, kUser, kSession, [&](const SessionView& view) {
      EXPECT_EQ(view.sync, expected);
      EXPECT_EQ(view.heartbeat_type, heartbeat);
    });
  };

  pass(minutes(1));
  sparse.status = expected.status = SessionStatus::idle;
  sparse.last_activity = expected.last_activity = script_.now;
  sync(sparse);
  expect_shown("idle_sync");
  EXPECT_EQ(next_deadline(script_.state), script_.now + hours(48)) << "the interval is not kept";

  pass(hours(50));  // through an expiry, and with some of it new
  sparse.last_activity = expected.last_activity = script_.now;
  sparse.city = expected.city = "new";
  sparse.mfa_verified = expected.mfa_verified = true;
  sparse.risk_factors = expected.risk_factors = {"new"};
  sync(sparse);
  expect_shown("idle_sync");

  pass(minutes(1));
  sparse.status = expected.status = SessionStatus::terminated;
  sparse.last_activity = expected.last_activity = script_.now;
  sparse.city = {};
  sparse.mfa_verified.reset();
  sparse.risk_factors = {};
  sync(sparse);
  expect_shown("termination_sync");
}

TEST_F(SessionsFold, ARepeatRepeatsWhatWasSentNotWhatIsShown) {
  sync(heartbeat());
  pass(minutes(1));
  auto sparse = heartbeat();
  sparse.license_type = {};
  sync(sparse);
  EXPECT_TRUE(sync(sparse).applied);
  EXPECT_EQ(seen().position, 2u);
  EXPECT_EQ(seen().license_type, "enterprise");
  EXPECT_TRUE(sync(heartbeat()).applied) << "shows the same, but says more";
  EXPECT_EQ(seen().position, 4u);
}

TEST_F(SessionsFold, TerminatedIsFinal) {
  sync(heartbeat());
  pass(minutes(1));
  const auto last = heartbeat(SessionStatus::terminated);
  EXPECT_TRUE(sync(last).applied);
  EXPECT_EQ(seen().heartbeat_type, "termination_sync");
  EXPECT_EQ(next_deadline(script_.state), std::nullopt);
  const auto untouched = before();
  pass(minutes(1));
  EXPECT_FALSE(sync(heartbeat()).applied);
  EXPECT_FALSE(sync(heartbeat(SessionStatus::terminated)).applied);
  EXPECT_TRUE(sync(last).applied) << "its repeat says what the view shows";
  EXPECT_FALSE(expire(Position(2), script_.now).applied);
  EXPECT_EQ(before(), untouched);
  EXPECT_EQ(status(script_.now + hours(24 * 365)), "terminated");
}

TEST_F(SessionsFold, ASessionMayBeginWithItsEnd) {
  const auto outcome = sync(heartbeat(SessionStatus::terminated));
  EXPECT_TRUE(outcome.created);
  EXPECT_EQ(status(), "terminated");
}

TEST_F(SessionsFold, ReadsAsExpiredFromItsDeadlineOn) {
  sync(heartbeat());
  const Time deadline = start_ + minutes(16);
  EXPECT_EQ(status(deadline - Duration(1)), "active");
  EXPECT_EQ(status(deadline), "expired");
  auto unwritten = seen(deadline + hours(1));
  EXPECT_EQ(unwritten.updated_at, deadline);

  pass(hours(1));
  EXPECT_TRUE(expire(Position(1), deadline).applied);
  auto written = seen();
  EXPECT_EQ(written.position, 2u);
  written.position = unwritten.position;
  EXPECT_EQ(written, unwritten);
}

TEST_F(SessionsFold, ExpiryCountsOnceAndOnlyForItsBeat) {
  sync(heartbeat());
  pass(minutes(1));
  sync(heartbeat());
  auto untouched = before();
  EXPECT_FALSE(expire(Position(1), start_ + minutes(16)).applied) << "a newer beat is known";
  EXPECT_FALSE(script_.expire(kUser, "other", Position(2), script_.now).applied);
  EXPECT_EQ(before(), untouched);
  pass(minutes(16));
  EXPECT_TRUE(expire(Position(2), script_.now).applied);
  untouched = before();
  EXPECT_FALSE(expire(Position(2), script_.now).applied) << "written twice";
  EXPECT_EQ(before(), untouched);
}

TEST_F(SessionsFold, OnlyLaterActivityRevivesWrittenOrNot) {
  for (const bool written : {true, false}) {
    script_ = SessionScript();
    const auto first = heartbeat();
    sync(first);
    pass(minutes(20));
    if (written) expire(Position(1), start_ + minutes(16));
    const auto untouched = before();
    auto same_activity = first;
    same_activity.sync_timestamp = script_.now;
    EXPECT_FALSE(sync(first).applied) << "the view shows an expired session";
    EXPECT_FALSE(sync(same_activity).applied);
    EXPECT_EQ(before(), untouched);

    const std::string own_id = seen().own_id;
    EXPECT_FALSE(sync(heartbeat()).created);
    EXPECT_EQ(status(), "active");
    EXPECT_EQ(seen().own_id, own_id);
    EXPECT_FALSE(expire(Position(1), start_ + minutes(16)).applied) << "of the beat before";
    EXPECT_EQ(status(), "active");
  }
}

TEST_F(SessionsFold, DeadlinesFollowTheAnnouncedInterval) {
  struct Case {
    SessionStatus status;
    std::optional<milliseconds> interval;
    std::optional<Duration> lasts;
  };
  const Case cases[] = {
      {SessionStatus::active, minutes(8), minutes(16)},
      {SessionStatus::active, milliseconds(1), milliseconds(2)},
      {SessionStatus::active, std::nullopt, minutes(16)},
      {SessionStatus::active, milliseconds(0), minutes(16)},
      {SessionStatus::active, milliseconds(-5), minutes(16)},
      {SessionStatus::idle, hours(24), hours(48)},
      {SessionStatus::idle, std::nullopt, hours(48)},
      {SessionStatus::idle, minutes(8), minutes(16)},
      {SessionStatus::terminated, minutes(8), std::nullopt},
      {SessionStatus::active, milliseconds::max(), kLastDeadline - start_},
  };
  for (const Case& c : cases) {
    script_ = SessionScript();
    auto s = heartbeat(c.status);
    s.last_sync_interval = c.interval;
    sync(s);
    const auto expected = c.lasts ? std::optional(start_ + *c.lasts) : std::nullopt;
    EXPECT_EQ(next_deadline(script_.state), expected)
        << name(c.status) << " " << c.interval.value_or(milliseconds(-1)).count();
  }
}

TEST_F(SessionsFold, DeadlineCountsFromReceiptNotFromActivity) {
  pass(minutes(10));
  auto s = heartbeat();
  s.last_activity = start_;
  sync(s);
  EXPECT_EQ(next_deadline(script_.state), script_.now + minutes(16));
  EXPECT_EQ(seen().last_activity, start_);
}

TEST_F(SessionsFold, ConfigurationHoldsForTheSyncsAfterIt) {
  sync(heartbeat());
  const Time first_deadline = start_ + minutes(16);
  EXPECT_TRUE(script_.configure(5).applied);
  EXPECT_EQ(next_deadline(script_.state), first_deadline);
  pass(minutes(1));
  sync(heartbeat());
  EXPECT_EQ(next_deadline(script_.state), script_.now + minutes(40));
  const auto untouched = before();
  EXPECT_FALSE(script_.configure(5).applied);
  EXPECT_FALSE(script_.configure(std::nullopt).applied);
  EXPECT_FALSE(script_.configure(0).applied);
  EXPECT_EQ(before(), untouched);
}

TEST_F(SessionsFold, AClaimAheadOfTimeIsClamped) {
  auto s = heartbeat();
  s.last_activity = script_.now + hours(1);
  sync(s);
  EXPECT_EQ(seen().last_activity, script_.now);
  pass(minutes(1));
  EXPECT_TRUE(sync(heartbeat()).applied);
}

TEST_F(SessionsFold, HeartbeatTypeIsAsAnnounced) {
  auto s = heartbeat();
  s.heartbeat_type = "status_change";
  sync(s);
  EXPECT_EQ(seen().heartbeat_type, "status_change");
}

TEST_F(SessionsFold, OtherEventsDoNotConcernIt) {
  Event event;
  event.body.type = EventType::custom;
  event.body.payload = Document{};
  EXPECT_FALSE(script_.projection.apply(event, script_.state).has_value());
  EXPECT_THAT(script_.state.entries(), testing::IsEmpty());
}

TEST(SessionId, IsMillisecondsAndEightDigits) {
  const Time at{milliseconds(1758233370000)};
  // printf 'u1\0s1' | sha256sum
  EXPECT_EQ(make_session_id("u1", "s1", at + Duration(999)), "centcom-sync-1758233370000-4bbb6a0c");
  EXPECT_NE(make_session_id("u1", "s1", at), make_session_id("u1s", "1", at));
  EXPECT_EQ(make_session_id("u1", "s1", Time(Duration(-1))).substr(0, 16), "centcom-sync--1-");
}

TEST_F(SessionsFold, WithoutCreatedAtTheIdNamesTheFirstReceipt) {
  auto s = heartbeat();
  s.created_at.reset();
  sync(s);
  EXPECT_EQ(seen().own_id, make_session_id(kUser, kSession, start_));
  pass(minutes(1));
  sync(heartbeat());
  EXPECT_EQ(seen().own_id, make_session_id(kUser, kSession, start_));
}

TEST_F(SessionsFold, LastLoginIsTheLatestStart) {
  EXPECT_EQ(last_login(script_.state, kUser), std::nullopt);
  sync(heartbeat());
  pass(minutes(5));
  auto second = heartbeat();
  second.session_id = "s2";
  second.created_at = script_.now + hours(1);  // a clock ahead of ours
  sync(second);
  const Time second_login = script_.now;
  pass(minutes(1));
  sync(heartbeat());  // of the first session
  const auto login = last_login(script_.state, kUser);
  ASSERT_TRUE(login.has_value());
  EXPECT_EQ(login->login, second_login);
  EXPECT_EQ(login->last_activity, script_.now);
  EXPECT_EQ(login->session_id, "s1");
}

TEST_F(SessionsFold, DigestLeavesOutWhereEventsLie) {
  sync(heartbeat());
  expire(Position(1), start_ + minutes(16));
  MemoryState elsewhere;
  for (Event event : script_.events()) {
    event.header.position = Position(event.header.position.value + 100);
    script_.projection.apply(event, elsewhere);
  }
  EXPECT_NE(elsewhere.entries(), script_.state.entries());
  EXPECT_EQ(digest(script_.projection, elsewhere), digest(script_.projection, script_.state));
  Event later = script_.events().front();
  later.header.merge_stamp += Duration(1);
  later.header.hlc = Hlc(99);
  script_.projection.apply(later, elsewhere);
  EXPECT_NE(digest(script_.projection, elsewhere), digest(script_.projection, script_.state));
}

}  // namespace
}  // namespace syncline
