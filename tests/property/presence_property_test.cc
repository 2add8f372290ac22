// Random stories of presence against the model: every outcome, count, day, change, point, peak,
// mean and share, at random instants; and the same state, byte for byte, however the events were
// cut into commits. One story has 1,000 users.
#include <map>

#include <gtest/gtest.h>

#include "engine/fold/digest.h"
#include "projections/deadlines/deadline_floor.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/presence/presence_view.h"
#include "tests/property/presence_model.h"
#include "tests/property/presence_program.h"
#include "tests/seeds.h"
#include "tests/share.h"

namespace syncline {

void PrintTo(const PresencePoint& point, std::ostream* out) {
  *out << point.active_now << " at " << point.time.time_since_epoch().count();
}

namespace {

using std::chrono::minutes;

class Story {
 public:
  Story(std::uint64_t seed, std::uint64_t users) : program_(seed, users) {
    script_.now = program_.begin();
  }

  void run(std::uint64_t steps, std::uint64_t looks) {
    for (std::uint64_t i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      const Outcome found = program_.step(script_);
      const Event& event = script_.events().back();
      const Outcome expected = model_.add(event);
      if (!std::holds_alternative<ConfigApplied>(event.body.payload)) {
        EXPECT_EQ(found.created, expected.created) << "event " << script_.position().value;
        EXPECT_EQ(found.applied, expected.applied) << "event " << script_.position().value;
      }
      if (program_.one_in(4)) floor_.raise(script_.state, script_.position());
      if (program_.below(steps) < looks) compare_at(program_.instant(script_));
    }
    compare_at(script_.now);
    compare_changes();
    refold();
  }

 private:
  void compare_at(Time now) {
    compare_counts(now, count_presence(script_.state, now, floor()));
    compare_counts(now, count_presence_by_user(script_.state, now));
    EXPECT_EQ(count_active(script_.state, now, floor()), model_.active(now, ""));
    compare_users(now);
    compare_due(now);
    for (int i = 0; i < 3; ++i) compare_history(now);
  }

  void compare_counts(Time now, const PresenceCounts& found) {
    const auto same = [&](const ModuleCounts& counts) {
      EXPECT_EQ(counts.active_now, model_.active(now, counts.id)) << "in " << counts.id;
      EXPECT_EQ(counts.today, model_.today(now, counts.id)) << "in " << counts.id;
      EXPECT_EQ(counts.total_users, model_.total(counts.id)) << "in " << counts.id;
    };
    same(found.all);
    ASSERT_EQ(found.modules.size(), model_.modules().size());
    for (std::size_t i = 0; i < found.modules.size(); ++i) {
      same(found.modules[i]);
      EXPECT_EQ(std::pair(found.modules[i].id, found.modules[i].name), model_.modules()[i]);
    }
  }

  void compare_users(Time now) {
    std::map<std::string, PresenceModel::Who> found, viewing;
    const auto take_into = [](auto& into) {
      return [&into](const PresentUser& u) {
        into[std::string(u.user_id)] = {std::string(u.module),
                                        std::string(u.page),
                                        std::string(u.resource),
                                        std::string(u.name),
                                        u.since,
                                        u.last_seen,
                                        u.deadline};
      };
    };
    auto expected = model_.present(now);
    const std::string user(program_.any_user());
    find_present(script_.state, now, user, take_into(found));
    const auto known = expected.find(user);
    ASSERT_EQ(found.contains(user), known != expected.end());
    if (known != expected.end()) {
      EXPECT_EQ(found[user], known->second);
    }

    const std::string resource = "order/7";
    std::erase_if(expected, [&](const auto& who) { return who.second.resource != resource; });
    const auto count = viewers_of(script_.state, now, resource, 1000, take_into(viewing));
    EXPECT_EQ(count, expected.size());
    EXPECT_EQ(viewing, expected);
  }

  void compare_due(Time now) {
    const auto expected = model_.due(now);
    std::vector<PresenceModel::Due> found;
    for (const DuePresence& due : due_presences(script_.state, now, 100'000, floor())) {
      found.push_back({due.user_id, due.beat, due.deadline});
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(next_deadline(script_.state, floor()), next_deadline(script_.state));
  }

  void compare_history(Time now) {
    const std::string module(program_.one_in(3) ? "" : program_.any_module());
    HistoryRange range{.from = edge(now), .to = edge(now), .step = Duration(0)};
    if (range.from >= range.to) std::swap(range.from, range.to);
    range.to += Duration(1);
    range.step = program_.one_in(2) ? minutes(1) : Duration(1 + program_.below(900'000'000));
    range.step = std::max<Duration>(range.step, (range.to - range.from) / 300);
    const auto found = presence_history(script_.state, now, module, range, floor());
    const auto expected = model_.history(now, module, range);
    EXPECT_EQ(found.points, expected.points);
    EXPECT_EQ(found.peak, expected.peak) << "in '" << module << "'";
    EXPECT_DOUBLE_EQ(found.average_session_seconds, expected.average_session_seconds);
    ASSERT_EQ(found.distribution.size(), expected.distribution.size());
    for (std::size_t i = 0; i < found.distribution.size(); ++i) {
      EXPECT_EQ(found.distribution[i].first, expected.distribution[i].first);
      EXPECT_NEAR(found.distribution[i].second, expected.distribution[i].second, 1e-12);
    }
  }

  // Where a range may begin or end: at the edge of a stay, on a full minute or day, anywhere.
  Time edge(Time now) {
    const auto& stays = model_.stays();
    if (stays.empty()) return now;
    const auto& stay = stays[program_.below(stays.size())];
    const Time at = program_.one_in(2) ? stay.from : stay.to;
    switch (program_.below(5)) {
      case 0:
        return std::chrono::floor<minutes>(at);
      case 1:
        return std::chrono::floor<std::chrono::days>(at);
      case 2:
        return now;
      case 3:
        return at;
      default:
        return at + Duration(program_.below(120'000'000)) - minutes(1);
    }
  }

  void compare_changes() {
    const auto expected = model_.changes();
    EXPECT_EQ(presence_changes(script_.state, Position(0), 1'000'000), expected);
    const Position after(program_.below(script_.position().value + 1));
    const std::size_t limit = program_.below(4);
    std::vector<EventChanges> behind;
    for (const EventChanges& changes : expected) {
      if (changes.position > after && behind.size() < limit) behind.push_back(changes);
    }
    EXPECT_EQ(presence_changes(script_.state, after, limit), behind);
  }

  // Again, cut into commits at random, and in one go: each folds over what the one before left.
  void refold() {
    const std::uint64_t all = script_.events().size();
    for (const std::uint64_t longest : {all / 20 + 2, std::uint64_t{0}}) {
      const PresenceProjection projection;
      MemoryState state;
      auto event = script_.events().begin();
      while (event != script_.events().end()) {
        MemoryState commit(MemoryState::Entries(state.entries()));  // as if read back from a disk
        auto left = longest == 0 ? all : 1 + program_.below(longest);
        for (; left > 0 && event != script_.events().end(); --left) {
          projection.apply(*event++, commit);
        }
        state = std::move(commit);
      }
      EXPECT_TRUE(state.entries() == script_.state.entries());
      EXPECT_EQ(hex(digest(projection, state)), hex(digest(script_.projection, script_.state)));
    }
  }

  Time floor() const { return floor_.of(script_.state, script_.position()); }

  PresenceProgram program_;
  DeadlineFloor floor_;
  PresenceScript script_;
  PresenceModel model_;
};

TEST(PresenceProperty, TheViewIsTheModel) {
  for_each_seed(count_of({.full = 5000, .plain = 200, .sanitized = 50}),
                [](std::uint64_t seed) { Story(seed, 1 + seed % 9).run(20 + seed % 130, 12); });
}

TEST(PresenceProperty, AThousandUsers) {
  for_each_seed(count_of({.full = 20, .plain = 1, .sanitized = 1}),
                [](std::uint64_t seed) { Story(seed, 1000).run(10'000, 20); });
}

}  // namespace
}  // namespace syncline
