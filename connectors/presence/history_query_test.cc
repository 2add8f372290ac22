#include "connectors/presence/history_query.h"

#include <gtest/gtest.h>

#include "connectors/json/time_text.h"

namespace syncline {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;
using std::chrono::hours;
using std::chrono::seconds;

const Time kNow = *from_iso("2026-01-31T12:00:00.000Z");

std::variant<HistoryQuery, HistoryFault> read(Query query) {
  Request request;
  request.query = std::move(query);
  return read_history_query(request, kNow);
}

TEST(HistoryQuery, ReadsAndFillsIn) {
  struct Case {
    Query query;
    Time from, to;
    seconds step;
  };
  const Time day = *from_iso("2026-01-30T00:00:00Z");
  const Case cases[] = {
      {{}, kNow - hours(1), kNow, seconds(60)},
      {{{"step", "300"}}, kNow - hours(1), kNow, seconds(300)},
      {{{"step", "5m"}}, kNow - hours(1), kNow, seconds(300)},
      {{{"step", "2h"}}, kNow - hours(1), kNow, seconds(7200)},
      {{{"step", "4s"}}, kNow - hours(1), kNow, seconds(4)},
      {{{"to", "2026-01-30T00:00:00Z"}}, day - hours(1), day, seconds(60)},
      {{{"from", "2026-01-30T00:00:00Z"}}, day, kNow, seconds(180)},
      {{{"from", "2026-01-30T00:00:00+02:00"}, {"to", "2026-01-30T00:00:00Z"}, {"step", "1h"}},
       day - hours(2),
       day,
       seconds(3600)},
  };
  for (const Case& c : cases) {
    const auto answer = read(c.query);
    const auto& query = std::get<HistoryQuery>(answer);
    EXPECT_EQ(query.module, "");
    EXPECT_EQ(query.from, c.from);
    EXPECT_EQ(query.to, c.to);
    EXPECT_EQ(query.step, c.step);
  }
  EXPECT_EQ(std::get<HistoryQuery>(read({{"module", "pms"}})).module, "pms");
}

TEST(HistoryQuery, NamesTheParameterThatIsWrong) {
  const std::pair<Query, std::string_view> cases[] = {
      {{{"module", ""}}, "module"}, {{{"from", "yesterday"}}, "from"},
      {{{"to", ""}}, "to"},         {{{"from", "2026-01-31T12:00:00Z"}}, "from"},
      {{{"step", "0"}}, "step"},    {{{"step", "m"}}, "step"},
      {{{"step", "1.5"}}, "step"},  {{{"step", "99999999999h"}}, "step"},
      {{{"step", "3"}}, "step"},
  };
  for (const auto& [query, parameter] : cases) {
    const auto answer = read(query);
    ASSERT_TRUE(std::holds_alternative<HistoryFault>(answer)) << query.front().second;
    EXPECT_EQ(std::get<HistoryFault>(answer).parameter, parameter) << query.front().second;
  }
  EXPECT_EQ(std::get<HistoryFault>(read({{"step", "3"}})).detail,
            "makes more than 1000 points of this range; the least is 4");
}

TEST(HistoryQuery, ALongRangeFits) {
  const auto answer = read({{"from", "0001-01-01T00:00:00Z"}, {"to", "9999-01-01T00:00:00Z"}});
  const auto& query = std::get<HistoryQuery>(answer);
  EXPECT_LE((query.to - query.from) / query.step, 1000);
}

}  // namespace
}  // namespace syncline
