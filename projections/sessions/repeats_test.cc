// Repeats, and what a sync says again or leaves out.
#include "projections/sessions/sessions_fold.h"

namespace syncline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

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

}  // namespace
}  // namespace syncline
