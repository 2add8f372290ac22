#include <random>

#include <gmock/gmock.h>

#include "projections/history/history_key.h"
#include "projections/history/history_projection.h"
#include "projections/history/history_view.h"
#include "projections/memory_state.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class History : public testing::Test {
 protected:
  void happen(std::string_view subject, std::uint64_t position) {
    Event event;
    event.header.position = Position(position);
    event.body.subject = subject;
    EXPECT_FALSE(HistoryProjection().apply(event, state_).has_value());
  }
  std::vector<std::uint64_t> after(std::string_view subject, std::uint64_t from, std::size_t n) {
    return numbers(positions_after(state_, subject, Position(from), n));
  }
  std::vector<std::uint64_t> before(std::string_view subject, std::uint64_t from, std::size_t n) {
    return numbers(positions_before(state_, subject, Position(from), n));
  }
  static std::vector<std::uint64_t> numbers(const std::vector<Position>& positions) {
    std::vector<std::uint64_t> out;
    for (const Position p : positions) out.push_back(p.value);
    return out;
  }

  MemoryState state_;
};

TEST_F(History, KeyIsSubjectZeroAndBigEndianPosition) {
  happen("a", 0x0102030405060708);
  ASSERT_EQ(state_.entries().size(), 1u);
  EXPECT_EQ(state_.entries().begin()->first, std::string("a\0\1\2\3\4\5\6\7\x08", 10));
  EXPECT_EQ(state_.entries().begin()->second, "");
}

TEST_F(History, PagesForwards) {
  for (const std::uint64_t p : {1, 3, 300, 70'000}) happen("order/1", p);
  happen("order/2", 2);
  EXPECT_THAT(after("order/1", 0, 10), ElementsAre(1, 3, 300, 70'000));
  EXPECT_THAT(after("order/1", 1, 2), ElementsAre(3, 300));
  EXPECT_THAT(after("order/1", 70'000, 10), IsEmpty());
  EXPECT_THAT(after("order/1", 0, 0), IsEmpty());
  EXPECT_THAT(after("order/3", 0, 10), IsEmpty());
}

TEST_F(History, PagesBackwards) {
  for (const std::uint64_t p : {1, 3, 300, 70'000}) happen("order/1", p);
  EXPECT_THAT(before("order/1", 70'001, 10), ElementsAre(70'000, 300, 3, 1));
  EXPECT_THAT(before("order/1", 70'000, 2), ElementsAre(300, 3));
  EXPECT_THAT(before("order/1", UINT64_MAX, 1), ElementsAre(70'000));
  EXPECT_THAT(before("order/1", 1, 10), IsEmpty());
  EXPECT_THAT(before("order/1", 0, 10), IsEmpty());
  EXPECT_THAT(before("order/1", 70'001, 0), IsEmpty());
}

TEST_F(History, SubjectsThatBeginAlikeStayApart) {
  happen("a", 1);
  happen("ab", 2);
  happen(std::string_view("a\0b", 3), 3);
  happen("", 4);
  EXPECT_THAT(after("a", 0, 10), ElementsAre(1));
  EXPECT_THAT(after("ab", 0, 10), ElementsAre(2));
  EXPECT_THAT(after(std::string_view("a\0b", 3), 0, 10), ElementsAre(3));
  EXPECT_THAT(before("a", 10, 10), ElementsAre(1));
  EXPECT_THAT(after("", 0, 10), IsEmpty());
}

// Dense, sparse and dense again: the windows that go back must widen and narrow.
TEST_F(History, BackwardsIsForwardsReversed) {
  std::mt19937 random(4);
  std::vector<std::uint64_t> all;
  for (std::uint64_t p = 1; p < 500; ++p) all.push_back(p);
  for (std::uint64_t p = 1000; p < 2'000'000; p += 1 + random() % 100'000) all.push_back(p);
  for (std::uint64_t p = 3'000'000; p < 3'000'200; p += 1 + random() % 3) all.push_back(p);
  for (const std::uint64_t p : all) happen("s", p);
  for (const std::size_t limit : {1u, 7u, 100u, 10'000u}) {
    std::vector<std::uint64_t> walked;
    std::uint64_t from = 4'000'000;
    for (auto page = before("s", from, limit); !page.empty(); page = before("s", from, limit)) {
      ASSERT_LE(page.size(), limit);
      walked.insert(walked.end(), page.begin(), page.end());
      from = page.back();
    }
    EXPECT_THAT(walked, testing::ElementsAreArray(all.rbegin(), all.rend())) << limit;
  }
}

}  // namespace
}  // namespace syncline
