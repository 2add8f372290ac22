#include <gmock/gmock.h>

#include "projections/deadlines/deadline_index.h"
#include "projections/presence/presence_change.h"
#include "projections/presence/presence_script.h"
#include "projections/presence/presence_view.h"

namespace syncline {

void PrintTo(const PresenceChange& change, std::ostream* out) {
  *out << name(change.action) << " " << change.user_id << " " << change.module.module << " "
       << change.module.active_now;
}

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

class PresenceTest : public testing::Test {
 protected:
  Outcome beat(std::string_view user, std::string_view module, std::string_view resource = {}) {
    return script_.beat({.user_id = user, .module = module, .resource = resource, .name = "Ann"});
  }
  void pass(Duration time) { script_.now += time; }

  // "pms 1/2/3": there now, today, ever; as readers are told it.
  std::string counts(Time now, std::string_view module) const {
    const PresenceCounts found = count_presence(script_.state, now);
    EXPECT_EQ(count_active(script_.state, now), found.all.active_now);
    const PresenceCounts slowly = count_presence_by_user(script_.state, now);
    for (std::size_t i = 0; i < found.modules.size(); ++i) {
      EXPECT_EQ(found.modules[i].active_now, slowly.modules[i].active_now);
    }
    const auto text = [](const ModuleCounts& c) {
      return std::to_string(c.active_now) + "/" + std::to_string(c.today) + "/" +
             std::to_string(c.total_users);
    };
    for (const ModuleCounts& c : found.modules) {
      if (c.id == module) return text(c);
    }
    return text(found.all);
  }
  std::string counts(std::string_view module) const { return counts(script_.now, module); }

  std::string where(std::string_view user, Time now) const {
    std::string module;
    find_present(script_.state, now, user,
                 [&](const PresentUser& found) { module = found.module; });
    return module;
  }
  std::vector<std::string> viewers(std::string_view resource) const {
    std::vector<std::string> ids;
    const auto take = [&](const PresentUser& user) { ids.emplace_back(user.user_id); };
    viewers_of(script_.state, script_.now, resource, 100, take);
    return ids;
  }
  std::vector<EventChanges> changes() const {
    return presence_changes(script_.state, Position(0), 100);
  }

  PresenceScript script_;
  const Time start_ = script_.now;
};

TEST_F(PresenceTest, ABeatPutsAUserIntoAModule) {
  const Outcome first = beat("u1", "pms");
  EXPECT_TRUE(first.created);
  EXPECT_TRUE(first.applied);
  EXPECT_FALSE(beat("u1", "pms").created);
  EXPECT_EQ(counts("pms"), "1/1/1");
  EXPECT_EQ(counts("ih"), "0/0/0");
  EXPECT_EQ(counts("all"), "1/1/1");
  const auto seen = count_presence(script_.state, script_.now);
  EXPECT_EQ(seen.modules[0].name, "procurement");
  EXPECT_EQ(seen.modules[1].name, "innovation");
}

TEST_F(PresenceTest, ABeatInAnotherModuleMovesTheUser) {
  beat("u1", "pms");
  beat("u2", "pms");
  pass(minutes(1));
  EXPECT_TRUE(beat("u1", "ih").applied);
  EXPECT_EQ(counts("pms"), "1/2/2");
  EXPECT_EQ(counts("ih"), "1/1/1");
  EXPECT_EQ(counts("all"), "2/2/2");
  const auto last = changes().back().changes;
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].action, PresenceAction::moved);
  EXPECT_EQ(last[0].module, (ModuleTally{"ih", 1, 1, 1}));
  EXPECT_EQ(last[0].from, (ModuleTally{"pms", 2, 1, 2}));
}

TEST_F(PresenceTest, CountsUpToTheDeadlineAndNotAtIt) {
  beat("u1", "pms", "order/7");
  const Time deadline = start_ + minutes(5);
  EXPECT_EQ(counts(deadline - Duration(1), "pms"), "1/1/1");
  EXPECT_EQ(counts(deadline, "pms"), "0/1/1");
  EXPECT_EQ(counts(deadline + hours(3), "pms"), "0/1/1");
  EXPECT_EQ(where("u1", deadline - Duration(1)), "pms");
  EXPECT_EQ(where("u1", deadline), "");
  EXPECT_EQ(next_deadline(script_.state), deadline);
  EXPECT_THAT(due_presences(script_.state, deadline - Duration(1), 10), IsEmpty());
  const auto due = due_presences(script_.state, deadline, 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].user_id, "u1");
  EXPECT_EQ(due[0].beat, script_.name_of(Position(1)));
  EXPECT_EQ(due[0].deadline, deadline);

  pass(minutes(6));
  EXPECT_THAT(viewers("order/7"), IsEmpty());
  EXPECT_TRUE(script_.expire("u1", Position(1), deadline).applied);
  EXPECT_EQ(counts("pms"), "0/1/1");
  EXPECT_EQ(next_deadline(script_.state), std::nullopt);
  EXPECT_EQ(changes().back().changes[0].time, deadline);
}

TEST_F(PresenceTest, ExpiryCountsOnceAndOnlyForItsBeat) {
  beat("u1", "pms");
  pass(minutes(1));
  beat("u1", "pms");
  const auto untouched = script_.state.entries();
  EXPECT_FALSE(script_.expire("u1", Position(1), start_ + minutes(5)).applied);
  EXPECT_FALSE(script_.expire("u1", Position(2), start_ + minutes(5)).applied);
  EXPECT_FALSE(script_.expire("u2", Position(2), start_ + minutes(6)).applied);
  EXPECT_EQ(script_.state.entries(), untouched);
  beat("u1", "pms");  // in the same instant, so with the same deadline
  pass(minutes(5));
  EXPECT_FALSE(script_.expire("u1", Position(2), start_ + minutes(6)).applied);
  EXPECT_TRUE(script_.expire("u1", Position(6), start_ + minutes(6)).applied);
  EXPECT_FALSE(script_.expire("u1", Position(6), start_ + minutes(6)).applied);
}

TEST_F(PresenceTest, ABeatBehindTheDeadlineIsANewStay) {
  beat("u1", "pms");
  pass(minutes(6));
  EXPECT_TRUE(beat("u1", "pms").applied);
  EXPECT_EQ(counts("pms"), "1/1/1");
  const auto last = changes().back().changes;
  ASSERT_EQ(last.size(), 2u);
  EXPECT_EQ(last[0].action, PresenceAction::expired);
  EXPECT_EQ(last[0].time, start_ + minutes(5));
  EXPECT_EQ(last[0].module.active_now, 0u);
  EXPECT_EQ(last[1].action, PresenceAction::entered);
  EXPECT_EQ(last[1].module.active_now, 1u);
  EXPECT_FALSE(script_.expire("u1", Position(1), start_ + minutes(5)).applied);
}

TEST_F(PresenceTest, AClearTakesTheUserOut) {
  beat("u1", "pms", "order/7");
  pass(minutes(1));
  EXPECT_TRUE(script_.clear("u1").applied);
  EXPECT_EQ(counts("pms"), "0/1/1");
  EXPECT_THAT(viewers("order/7"), IsEmpty());
  EXPECT_FALSE(script_.clear("u1").applied) << "nobody was there";
  EXPECT_TRUE(script_.clear("u2").created) << "a beat of before may be on its way";
  EXPECT_EQ(changes().size(), 2u);
  beat("u1", "pms");
  pass(minutes(7));
  EXPECT_TRUE(script_.clear("u1").applied);
  EXPECT_EQ(changes().back().changes[0].action, PresenceAction::expired) << "it had lapsed";
}

TEST_F(PresenceTest, AnOlderMarkMovesNobody) {
  beat("u1", "pms");
  pass(minutes(2));
  script_.clear("u1");
  const PresenceBeat other{.user_id = "u1", .module = "ih"};
  EXPECT_FALSE(script_.late(start_ + minutes(1), other).applied);
  EXPECT_EQ(counts("ih"), "0/1/1") << "it was seen there all the same";
  EXPECT_EQ(counts("all"), "0/1/1");
  EXPECT_FALSE(script_.late(start_ + minutes(1), PresenceCleared{"u1"}).applied);
  EXPECT_EQ(changes().size(), 2u);
  script_.clear("u2");
  EXPECT_FALSE(
      script_.late(start_ + minutes(1), PresenceBeat{.user_id = "u2", .module = "ih"}).applied)
      << "a clear is a mark even of who is not there";
}

TEST_F(PresenceTest, ViewersAreThoseOfTheNewestBeat) {
  beat("u1", "pms", "order/7");
  beat("u2", "ih", "order/7");
  beat("u3", "pms", "order/8");
  EXPECT_THAT(viewers("order/7"), ElementsAre("u1", "u2"));
  beat("u1", "pms", "order/8");
  beat("u2", "ih");
  EXPECT_THAT(viewers("order/7"), IsEmpty());
  EXPECT_THAT(viewers("order/8"), ElementsAre("u1", "u3"));
  std::vector<std::string> one;
  EXPECT_EQ(viewers_of(script_.state, script_.now, "order/8", 1,
                       [&](const PresentUser& user) { one.emplace_back(user.name); }),
            2u);
  EXPECT_THAT(one, ElementsAre("Ann"));
}

TEST_F(PresenceTest, ConfigurationHoldsForTheBeatsBehindIt) {
  beat("u1", "pms");
  EXPECT_TRUE(script_.configure({.presence_expiry = minutes(1)}).applied);
  EXPECT_FALSE(script_.configure({.presence_expiry = minutes(1)}).applied);
  beat("u2", "shop");
  EXPECT_EQ(where("u1", start_ + minutes(4)), "pms");
  EXPECT_EQ(where("u2", start_ + minutes(1)), "");
  EXPECT_TRUE(script_.configure({.presence_modules = {{{"shop", "Shop"}}}}).applied);
  const auto found = count_presence(script_.state, start_);
  ASSERT_EQ(found.modules.size(), 1u);
  EXPECT_EQ(found.modules[0].name, "Shop");
  EXPECT_EQ(found.modules[0].active_now, 1u);
  EXPECT_EQ(found.all.active_now, 2u);
}

TEST_F(PresenceTest, TodayBeginsAtMidnightOfTheZone) {
  beat("u1", "pms");  // at 10:00 UTC
  beat("u2", "pms");
  pass(hours(13) + minutes(50));
  beat("u1", "pms");
  EXPECT_EQ(counts("pms"), "1/2/2") << "23:50";
  EXPECT_EQ(counts(start_ + hours(14), "pms"), "0/0/2") << "midnight";
  pass(minutes(12));
  beat("u3", "pms");
  EXPECT_EQ(counts("pms"), "1/1/3");

  // West of UTC it is still the day before.
  const auto zone = [](std::string_view name, std::chrono::seconds east) {
    return ConfigApplied{.presence_zone = PresenceZone{name, {{Time{}, east}}}};
  };
  EXPECT_TRUE(script_.configure(zone("America/Panama", -hours(5))).applied);
  EXPECT_FALSE(script_.configure(zone("America/Panama", -hours(5))).applied);
  EXPECT_EQ(counts("pms"), "1/3/3");
  beat("u4", "pms");
  EXPECT_EQ(changes().back().changes[0].module.today, 4u);
  script_.configure(zone("Asia/Tokyo", hours(9)));
  EXPECT_EQ(counts("pms"), "2/3/4") << "since 15:00 UTC: all but u2";
}

TEST_F(PresenceTest, ManyThatLapseTogetherAreCountedAtOnce) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2'000; ++i) ids.push_back("u" + std::to_string(i));
  for (const std::string& id : ids) beat(id, "pms");
  const Time deadline = start_ + minutes(5);
  EXPECT_EQ(counts(deadline - Duration(1), "pms"), "2000/2000/2000");
  EXPECT_EQ(counts(deadline, "pms"), "0/2000/2000");
  EXPECT_EQ(due_presences(script_.state, deadline, 500).size(), 500u);
}

TEST_F(PresenceTest, IdsMayHoldAnyByte) {
  using namespace std::string_view_literals;
  beat("u\0\x01"sv, "m\0"sv, "r\0"sv);
  beat("u"sv, "m"sv, "r"sv);
  EXPECT_THAT(viewers("r"), ElementsAre("u"));
  EXPECT_THAT(viewers("r\0"sv), ElementsAre(std::string("u\0\x01"sv)));
  EXPECT_EQ(where("u\0\x01"sv, script_.now), "m\0"sv);
  EXPECT_EQ(beat("", "pms").applied, false);
  EXPECT_EQ(beat("u", "").applied, false);
}

}  // namespace
}  // namespace syncline
