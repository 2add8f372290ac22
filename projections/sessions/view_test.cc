#include <gmock/gmock.h>

#include "projections/deadlines/deadline_index.h"
#include "projections/sessions/session_keys.h"
#include "projections/sessions/session_record.h"
#include "projections/sessions/session_script.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

// Users a and b; "a" has sessions in every phase, some of them expired with and some without an
// event.
class SessionsViewTest : public testing::Test {
 protected:
  SessionsViewTest() {
    add("a", "1", SessionStatus::active, minutes(60));
    add("a", "2", SessionStatus::idle, minutes(60));
    add("a", "3", SessionStatus::terminated, minutes(60));
    add("a", "4", SessionStatus::active, minutes(1));
    script_.expire("a", "4", script_.position(), script_.now - Duration(1) + minutes(2));
    add("a", "5", SessionStatus::active, minutes(2));
    add("a", "6", SessionStatus::idle, minutes(1));
    add("b", "1", SessionStatus::active, minutes(60));
    add("b", "2", SessionStatus::active, minutes(1));
    add("ab", "1", SessionStatus::active, minutes(60));
    script_.now += minutes(10);
  }
  void add(std::string_view user, std::string_view session, SessionStatus status,
           std::chrono::milliseconds interval) {
    SessionSynced sync;
    sync.user_id = user;
    sync.session_id = session;
    sync.status = status;
    sync.last_sync_interval = interval;
    script_.sync(sync);
    script_.now += Duration(1);
  }
  // All pages of the list, as "user/session" each, with "|" between pages.
  std::string walk(SessionFilter filter, std::size_t limit) const {
    std::string out;
    std::optional<std::string> after = "";
    while (after) {
      if (!out.empty()) out += "|";
      after = list_sessions(
          script_.state, script_.now, filter, *after, limit, [&](const SessionView& view) {
            if (filter.phase) {
              EXPECT_EQ(view.phase, *filter.phase);
            }
            out += std::string(view.sync.user_id) + "/" + std::string(view.sync.session_id) + " ";
          });
      if (after) {
        EXPECT_TRUE(is_list_place(*after));
      }
    }
    return out;
  }

  SessionScript script_;
};

TEST_F(SessionsViewTest, ListsAllInOrderOfIds) {
  EXPECT_EQ(walk({}, 100), "a/1 a/2 a/3 a/4 a/5 a/6 ab/1 b/1 b/2 ");
  EXPECT_EQ(walk({}, 4), "a/1 a/2 a/3 a/4 |a/5 a/6 ab/1 b/1 |b/2 ");
  EXPECT_EQ(walk({.phase = {}, .user_id = "a"}, 3), "a/1 a/2 a/3 |a/4 a/5 a/6 ");
  EXPECT_EQ(walk({.phase = {}, .user_id = "nobody"}, 3), "");
}

TEST_F(SessionsViewTest, ListsByStatusAsOfTheInstant) {
  EXPECT_EQ(walk({.phase = SessionPhase::active, .user_id = {}}, 100), "a/1 ab/1 b/1 ");
  EXPECT_EQ(walk({.phase = SessionPhase::active, .user_id = {}}, 1), "a/1 |ab/1 |b/1 ");
  EXPECT_EQ(walk({.phase = SessionPhase::idle, .user_id = {}}, 1), "a/2 ");
  EXPECT_EQ(walk({.phase = SessionPhase::terminated, .user_id = {}}, 1), "a/3 ");
  EXPECT_EQ(walk({.phase = SessionPhase::expired, .user_id = {}}, 100), "a/4 a/5 a/6 b/2 ");
  EXPECT_EQ(walk({.phase = SessionPhase::expired, .user_id = {}}, 1), "a/4 |a/5 |a/6 |b/2 ");
  EXPECT_EQ(walk({.phase = SessionPhase::expired, .user_id = "a"}, 2), "a/4 a/5 |a/6 ");
  EXPECT_EQ(walk({.phase = SessionPhase::active, .user_id = "b"}, 2), "b/1 ");
}

TEST_F(SessionsViewTest, ACursorOfAnotherUserStartsWhereItStands) {
  const std::string place = session_keys::path("ab", "1");
  std::vector<std::string> users;
  for (const auto user : {"a", "b"}) {
    const auto next =
        list_sessions(script_.state, script_.now, {.phase = {}, .user_id = user}, place, 9,
                      [&](const SessionView& v) { users.emplace_back(v.sync.user_id); });
    EXPECT_EQ(next, std::nullopt);
  }
  EXPECT_THAT(users, ElementsAre("b", "b"));
}

TEST_F(SessionsViewTest, CountsAsOfTheInstant) {
  auto counts = count_sessions(script_.state, script_.now);
  EXPECT_EQ(counts.active, 3u);
  EXPECT_EQ(counts.idle, 1u);
  EXPECT_EQ(counts.terminated, 1u);
  EXPECT_EQ(counts.expired, 4u);
  counts = count_sessions(script_.state, script_.now + minutes(1000));
  EXPECT_EQ(counts.active, 0u);
  EXPECT_EQ(counts.idle, 0u);
  EXPECT_EQ(counts.expired, 8u);
}

TEST_F(SessionsViewTest, AUsersSessionsLatestActivityFirst) {
  const auto of = [&](std::string_view user, std::size_t limit) {
    std::vector<std::string> out;
    user_sessions(script_.state, script_.now, user, limit,
                  [&](const SessionView& v) { out.emplace_back(v.sync.session_id); });
    return out;
  };
  EXPECT_THAT(of("a", 100), ElementsAre("6", "5", "4", "3", "2", "1"));
  EXPECT_THAT(of("a", 2), ElementsAre("6", "5"));
  EXPECT_THAT(of("nobody", 2), IsEmpty());
}

TEST_F(SessionsViewTest, DueAreThoseThatLapsedUnwritten) {
  const auto due = due_sessions(script_.state, script_.now, 100);
  std::vector<std::string> ids;
  for (const DueSession& d : due) ids.push_back(d.user_id + "/" + d.session_id);
  EXPECT_THAT(ids, ElementsAre("a/6", "b/2", "a/5"));
  EXPECT_EQ(due[0].beat, script_.name_of(Position(7)));
  EXPECT_EQ(due[0].deadline, next_deadline(script_.state));
  EXPECT_EQ(due_sessions(script_.state, script_.now, 1).size(), 1u);
  EXPECT_THAT(due_sessions(script_.state, due[0].deadline - Duration(1), 100), IsEmpty());
  EXPECT_EQ(due_sessions(script_.state, due[0].deadline, 100).size(), 1u);
}

TEST(SessionKeys, PathsKeepTheOrderOfIdsWhateverBytesTheyHave) {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, std::string_view> ordered[] = {
      {"", ""},       {"", "a"},        {"\0"sv, ""},   {"\0\0"sv, "a"}, {"\0\1"sv, "a"},
      {"a", "b"},     {"a\0"sv, ""},    {"a\0b"sv, ""}, {"a\1"sv, ""},   {"ab", ""},
      {"ab", "\0"sv}, {"ab", "\xff"sv}, {"b", ""}};
  std::string before;
  for (const auto& [user, session] : ordered) {
    const std::string path = session_keys::path(user, session);
    EXPECT_LT(before, path);
    EXPECT_TRUE(session_keys::is_path(path));
    EXPECT_TRUE(path.starts_with(session_keys::user_path(user)));
    before = path;
  }
  EXPECT_FALSE(session_keys::path("ab", "").starts_with(session_keys::user_path("a")));
}

TEST(SessionKeys, OtherBytesAreNoPath) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "a"sv, "a\0\1"sv, "a\0\1b"sv, "a\0\2b\0\1"sv, "a\0"sv,
                          "a\0\1b\0\1c"sv, "a\0\1b\0\1\0\1"sv}) {
    EXPECT_FALSE(session_keys::is_path(text)) << testing::PrintToString(text);
  }
}

TEST(SessionRecordCodec, RoundTrip) {
  SessionSynced sync;
  sync.user_id = "u";
  sync.session_id = "s";
  sync.status = SessionStatus::idle;
  sync.created_at = Time(Duration(-5));
  sync.risk_score = 0.1;
  sync.mfa_verified = false;
  sync.risk_factors = {"vpn", ""};
  sync.last_sync_interval = std::chrono::milliseconds(-1);
  const std::string long_text(300, 'x');
  sync.user_agent = long_text;
  sync.heartbeat_type = "h";
  const std::string encoded = encode_sync(sync);
  const SessionSynced read = decode_sync(encoded);
  EXPECT_EQ(read.status, SessionStatus::idle);
  EXPECT_EQ(read.created_at, sync.created_at);
  EXPECT_EQ(read.last_activity, std::nullopt);
  EXPECT_EQ(read.risk_score, 0.1);
  EXPECT_EQ(read.mfa_verified, false);
  EXPECT_EQ(read.risk_factors, sync.risk_factors);
  EXPECT_EQ(read.last_sync_interval, sync.last_sync_interval);
  EXPECT_EQ(read.user_agent, long_text);
  EXPECT_EQ(read.heartbeat_type, "h");

  SessionRecord record;
  record.position = Position(7);
  record.winner = {Time(Duration(1)), Hlc(2), {*OriginId::from("node"), 3, Sequence(4)}};
  record.phase = SessionPhase::expired;
  record.deadline = Time(Duration(9));
  const ContentHash content = content_of(encoded, "{}");
  const ContentHash other = content_of(encoded, "");
  const std::string contents =
      std::string(content.begin(), content.end()) + std::string(other.begin(), other.end());
  record.contents = contents;
  record.own_id = "own";
  record.sync = encoded;
  const std::string value = encode_record(record);
  const SessionRecord back = decode_record(value);
  EXPECT_EQ(back.position, record.position);
  EXPECT_EQ(back.winner, record.winner);
  EXPECT_EQ(back.deadline, record.deadline);
  EXPECT_EQ(back.phase, record.phase);
  EXPECT_EQ(back.contents, contents);
  EXPECT_EQ(place_of(content, back), 0u);
  EXPECT_EQ(place_of(other, back), 1u);
  EXPECT_EQ(place_of(content_of(encoded, "{ }"), back), std::nullopt);
  EXPECT_EQ(back.own_id, "own");
  EXPECT_EQ(back.sync, encoded);
  record.deadline.reset();
  EXPECT_EQ(decode_record(encode_record(record)).deadline, std::nullopt);
}

}  // namespace
}  // namespace syncline
