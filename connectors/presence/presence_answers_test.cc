#include "connectors/presence/presence_answers.h"

#include <gtest/gtest.h>

#include "connectors/json/time_text.h"

namespace syncline {
namespace {

const Time kNow = *from_iso("2026-01-31T12:00:00.25Z");

TEST(PresenceAnswers, ModulesByTheirNames) {
  PresenceCounts counts;
  counts.modules = {{"pms", "procurement", 5, 2, 3}, {"ih", "innovation", 1, 0, 0}};
  counts.all = {"", "", 6, 2, 3};
  EXPECT_EQ(modules_json(counts, kNow),
            R"({"procurement":{"totalUsers":5,"activeNow":2,"today":3},)"
            R"("innovation":{"totalUsers":1,"activeNow":0,"today":0},)"
            R"("timestamp":"2026-01-31T12:00:00.250Z"})");
}

TEST(PresenceAnswers, AChangeTellsItsUserToWhoMayKnow) {
  PresenceChange change;
  change.action = PresenceAction::moved;
  change.user_id = "7";
  change.user_id_is_number = true;
  change.time = kNow;
  change.module = {"ih", 1, 1, 1};
  change.from = ModuleTally{"pms", 5, 2, 3};
  const std::string told = R"({"module":"ih","activeNow":1,"totalUsers":1,"today":1,)"
                           R"("timestamp":"2026-01-31T12:00:00.250Z","previous":{"module":"pms",)"
                           R"("activeNow":2,"totalUsers":5,"today":3})";
  EXPECT_EQ(change_json(change, false), told + "}");
  EXPECT_EQ(change_json(change, true), told + R"(,"user":{"id":7,"action":"moved"}})");
}

TEST(PresenceAnswers, AViewer) {
  PresentUser user;
  user.user_id = "a \"b\"";
  user.module = "pms";
  user.resource = "order/7";
  user.since = kNow - std::chrono::minutes(1);
  user.last_seen = kNow;
  std::string json;
  JsonWriter out(json);
  write_viewer(user, out);
  EXPECT_EQ(json, R"({"userId":"a \"b\"","name":null,"module":"pms",)"
                  R"("since":"2026-01-31T11:59:00.250Z","lastSeen":"2026-01-31T12:00:00.250Z"})");
}

TEST(PresenceAnswers, AHistory) {
  const HistoryQuery query{"", kNow, kNow + std::chrono::minutes(1), std::chrono::seconds(30)};
  const Time peak = kNow + std::chrono::seconds(1);
  const PresenceHistory history{.points = {{kNow, 0}, {kNow + std::chrono::seconds(30), 2}},
                                .peak = {peak, 3},
                                .average_session_seconds = 12.5,
                                .distribution = {{"pms", 0.75}, {"ih", 0.25}}};
  EXPECT_EQ(history_json(query, history),
            R"({"module":null,"from":"2026-01-31T12:00:00.250Z",)"
            R"("to":"2026-01-31T12:01:00.250Z","step":30,)"
            R"("points":[{"activeNow":0,"time":"2026-01-31T12:00:00.250Z"},)"
            R"({"activeNow":2,"time":"2026-01-31T12:00:30.250Z"}],)"
            R"("peak":{"value":3,"time":"2026-01-31T12:00:01.250Z"},)"
            R"("averageSessionSeconds":12.5,"distribution":{"pms":0.75,"ih":0.25}})");
}

TEST(PresenceAnswers, RefusesAsItsClientsKnowIt) {
  EXPECT_EQ(presence_failure(401, "the token is expired"),
            R"({"error":"Authentication required"})");
  EXPECT_EQ(presence_failure(500, "its own words"), R"({"error":"its own words"})");
  EXPECT_EQ(heartbeat_failure(500, "its own words"), R"({"error":"Failed to record activity"})");
  EXPECT_EQ(heartbeat_failure(401, ""), R"({"error":"Authentication required"})");
  EXPECT_EQ(heartbeat_failure(400, "its own words"), R"({"error":"its own words"})");
}

}  // namespace
}  // namespace syncline
