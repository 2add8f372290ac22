#include "connectors/operators/export_query.h"

#include <gtest/gtest.h>

#include "connectors/http/test_engine.h"

namespace syncline {
namespace {

// Events 1 to 10, a second apart: of two types, three subjects, every third with its id.
class ExportQueryTest : public testing::Test {
 protected:
  ExportQueryTest() {
    for (int i = 1; i <= 10; ++i) {
      at_.clock.advance(std::chrono::seconds(1));
      times_.push_back(at_.clock.now());
      const std::string id = i % 3 == 0 ? "i" + std::to_string(i) : "";
      at_.engine->append(one_draft(test_draft(id, "s/" + std::to_string(i % 2), "{}"))).value();
    }
  }

  std::vector<std::uint64_t> positions(const ExportQuery& query) {
    const ExportRange range = query.range(at_.engine->log()).value();
    std::vector<std::uint64_t> out;
    for (Position next = range.from; next <= range.to;) {
      next = read_chosen(at_.engine->log(), {next, range.to}, query.filter,
                         [&](Position position, std::string_view, bool) {
                           out.push_back(position.value);
                           return true;
                         })
                 .value();
    }
    return out;
  }

  TestEngine at_;
  std::vector<Time> times_;
};

TEST_F(ExportQueryTest, TimesNarrowTheRange) {
  ExportQuery query;
  query.filter.since = times_[2];
  query.filter.until = times_[6];
  EXPECT_EQ(positions(query), (std::vector<std::uint64_t>{3, 4, 5, 6}));
  query.from = Position(5);
  query.to = Position(99);
  EXPECT_EQ(positions(query), (std::vector<std::uint64_t>{5, 6}));
  query.filter.since = times_[9] + std::chrono::seconds(1);
  query.filter.until = {};
  EXPECT_TRUE(positions(query).empty());
}

TEST_F(ExportQueryTest, TheFilterChooses) {
  ExportQuery query;
  query.filter.subject = "s/0";
  EXPECT_EQ(positions(query), (std::vector<std::uint64_t>{2, 4, 6, 8, 10}));
}

TEST_F(ExportQueryTest, SaysWhoseIdIsInTheIndex) {
  std::vector<std::uint64_t> given;
  read_chosen(at_.engine->log(), {Position(1), Position(10)}, {},
              [&](Position position, std::string_view, bool id_given) {
                if (id_given) given.push_back(position.value);
                return true;
              })
      .value();
  EXPECT_EQ(given, (std::vector<std::uint64_t>{3, 6, 9}));
}

}  // namespace
}  // namespace syncline
