#include "connectors/sessions/list_query.h"

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "projections/sessions/session_keys.h"

namespace syncline {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

std::variant<SessionListQuery, QueryFault> read(Request& request, Query query) {
  request.query = std::move(query);
  return read_list_query(request);
}

TEST(ListQuery, Defaults) {
  Request request;
  const auto query = std::get<SessionListQuery>(read(request, {}));
  EXPECT_EQ(query.filter.phase, std::nullopt);
  EXPECT_EQ(query.filter.user_id, std::nullopt);
  EXPECT_EQ(query.limit, limits::kPageEventsDefault);
  EXPECT_EQ(query.after, "");
}

TEST(ListQuery, EverythingAtOnce) {
  const std::string place = session_keys::path("user/1", "s");
  Request request;
  const auto query = std::get<SessionListQuery>(read(request, {{"status", "expired"},
                                                               {"user_id", "user/1"},
                                                               {"limit", "1000"},
                                                               {"cursor", make_cursor(place)}}));
  EXPECT_EQ(query.filter.phase, SessionPhase::expired);
  EXPECT_EQ(query.filter.user_id, "user/1");
  EXPECT_EQ(query.limit, 1000u);
  EXPECT_EQ(query.after, place);
}

TEST(ListQuery, NamesTheParameterThatIsWrong) {
  std::string cut = make_cursor(session_keys::path("u", "s"));
  cut.pop_back();
  const std::pair<const char*, std::string> wrong[] = {
      {"status", "Active"},
      {"status", "all"},
      {"status", ""},
      {"user_id", ""},
      {"cursor", ""},
      {"limit", "0"},
      {"limit", "1001"},
      {"limit", "-1"},
      {"limit", "ten"},
      {"limit", "10x"},
      {"limit", ""},
      {"limit", "99999999999999999999"},
      {"cursor", "1"},
      {"cursor", "AAAAAA"},
      {"cursor", cut},
      {"cursor", "!"},
      {"cursor", make_cursor("no path")},
  };
  for (const auto& [parameter, value] : wrong) {
    Request request;
    const auto found = read(request, {{parameter, value}});
    ASSERT_TRUE(std::holds_alternative<QueryFault>(found)) << parameter << "=" << value;
    EXPECT_EQ(std::get<QueryFault>(found).parameter, parameter);
    EXPECT_TRUE(std::get<QueryFault>(found).detail.starts_with(parameter));
  }
}

}  // namespace
}  // namespace syncline
