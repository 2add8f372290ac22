#include "engine/fold/digest.h"
#include "projections/sessions/session_deadline.h"
#include "projections/sessions/session_id.h"
#include "projections/sessions/sessions_fold.h"

namespace syncline {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

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
