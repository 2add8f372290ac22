#include "connectors/events/event_query.h"

#include <gtest/gtest.h>

#include "connectors/events/event_stream.h"
#include "connectors/events/resume_token.h"
#include "connectors/json/time_text.h"
#include "projections/history/history_projection.h"
#include "tests/fakes.h"
#include "tests/open_engine.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

class EventQuery : public testing::Test {
 protected:
  EventQuery() : engine_(open(folder_ / "data")) {}

  std::unique_ptr<Engine> open(const std::string& data) {
    return open_engine({.data = data, .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
                       std::make_unique<HistoryProjection>());
  }
  void append(std::string_view subject) {
    engine_->append(one_draft(test_draft("", subject, "{}"))).value();
    clock_.advance(std::chrono::seconds(1));
  }
  std::vector<std::uint64_t> positions(const EventFilter& filter, Position after,
                                       std::size_t limit = 1000) {
    std::vector<std::uint64_t> out;
    while (after < engine_->applied() && out.size() < limit) {
      after = step(*engine_, filter, after, engine_->applied(), [&](const Event& event) {
                out.push_back(event.header.position.value);
                return out.size() < limit;
              }).value();
    }
    return out;
  }
  static Request request(std::vector<std::pair<std::string, std::string>> query,
                         std::vector<std::pair<std::string, std::string>> headers = {}) {
    Request made;
    made.query = std::move(query);
    made.headers = std::move(headers);
    return made;
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  std::unique_ptr<Engine> engine_;
};

using Positions = std::vector<std::uint64_t>;

TEST_F(EventQuery, StepsThroughWhatTheFilterLets) {
  for (int i = 0; i < 6; ++i) append(i % 2 == 0 ? "even" : "odd");
  const Position none(0);
  EXPECT_EQ(positions({}, none), (Positions{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(positions({}, Position(4)), (Positions{5, 6}));
  EXPECT_EQ(positions({}, none, 2), (Positions{1, 2}));
  EXPECT_EQ(positions({.type = {}, .subject = "odd", .source = {}}, none), (Positions{2, 4, 6}));
  EXPECT_EQ(positions({.type = {}, .subject = "odd", .source = {}}, Position(2), 1),
            (Positions{4}));
  EXPECT_EQ(positions({.type = "test.event", .subject = "odd", .source = {}}, Position(4)),
            (Positions{6}));
  EXPECT_EQ(positions({.type = "other", .subject = {}, .source = {}}, none), Positions{});
  EXPECT_EQ(positions({.type = {}, .subject = {}, .source = "test"}, Position(5)), (Positions{6}));
  EXPECT_EQ(positions({.type = {}, .subject = "nobody", .source = {}}, none), Positions{});
}

TEST_F(EventQuery, AStepIsBounded) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < kStepEvents + 5; ++i) drafts.push_back(test_draft("", "s", "{}"));
  engine_->append(std::move(drafts)).value();
  const auto no_match = [](const Event&) { return true; };
  const EventFilter other{.type = "other", .subject = {}, .source = {}};
  EXPECT_EQ(step(*engine_, other, Position(0), engine_->applied(), no_match).value(),
            Position(kStepEvents));
  EXPECT_EQ(step(*engine_, {.type = "other", .subject = "s", .source = {}}, Position(0),
                 engine_->applied(), no_match)
                .value(),
            Position(kStepEvents));
  EXPECT_EQ(positions({}, Position(0), 2000).size(), kStepEvents + 5);
}

TEST_F(EventQuery, ARangeOfPositionsAndTimes) {
  const Time begin = clock_.now();
  for (int i = 0; i < 5; ++i) append("s");
  const auto at = [&](int seconds) { return to_iso(begin + std::chrono::seconds(seconds)); };
  const struct {
    std::vector<std::pair<std::string, std::string>> query;
    std::uint64_t after, last;
  } kCases[] = {
      {{}, 0, 5},
      {{{"after", "3"}}, 3, 5},
      {{{"from", at(2)}}, 2, 5},
      {{{"to", at(2)}}, 0, 2},
      {{{"from", at(1)}, {"to", at(3)}}, 1, 3},
      {{{"after", "4"}, {"from", at(1)}}, 4, 5},
      {{{"from", at(60)}}, 5, 5},
      {{{"to", at(-60)}}, 0, 0},
  };
  for (const auto& c : kCases) {
    const auto range = page_range(request(c.query), *engine_);
    ASSERT_TRUE(std::holds_alternative<PageRange>(range));
    EXPECT_EQ(std::get<PageRange>(range).after.value, c.after);
    EXPECT_EQ(std::get<PageRange>(range).last.value, c.last);
  }
}

TEST_F(EventQuery, AFilterThatIsEmptyIsNoFilter) {
  const auto filter = event_filter(request({{"type", "a.*"}, {"source", "s"}}));
  EXPECT_EQ(std::get<EventFilter>(filter).text("type"), "a.*");
  EXPECT_EQ(std::get<EventFilter>(filter).text("source"), "s");
  for (const char* name : {"type", "subject", "source"}) {
    const auto refused = event_filter(request({{name, ""}}));
    ASSERT_TRUE(std::holds_alternative<Response>(refused)) << name;
    EXPECT_EQ(std::get<Response>(refused).status, 400);
    EXPECT_NE(std::get<Response>(refused).body.find(name), std::string::npos);
  }
}

TEST_F(EventQuery, NobodyStandsBehindTheEndOfTheLog) {
  append("s");
  const auto page = page_range(request({{"after", "2"}}), *engine_);
  EXPECT_EQ(std::get<Response>(page).status, 409);
  const auto stream = stream_start(request({{"after", "2"}}), *engine_);
  EXPECT_EQ(std::get<Response>(stream).status, 409);
  EXPECT_EQ(std::get<Position>(stream_start(request({{"after", "1"}}), *engine_)), Position(1));
}

TEST_F(EventQuery, RefusesBadParameters) {
  for (const char* value : {"", "-1", "x", "1.5", "18446744073709551616"}) {
    const auto range = page_range(request({{"after", value}}), *engine_);
    ASSERT_TRUE(std::holds_alternative<Response>(range)) << value;
    EXPECT_EQ(std::get<Response>(range).status, 400);
  }
  for (const char* name : {"from", "to"}) {
    const auto range = page_range(request({{name, "yesterday"}}), *engine_);
    ASSERT_TRUE(std::holds_alternative<Response>(range));
    EXPECT_EQ(std::get<Response>(range).status, 400);
  }
  for (const char* value : {"", "0", "1001", "-5", "ten"}) {
    const auto limit = page_limit(request({{"limit", value}}));
    ASSERT_TRUE(std::holds_alternative<Response>(limit)) << value;
    EXPECT_EQ(std::get<Response>(limit).status, 400);
  }
  EXPECT_EQ(std::get<std::size_t>(page_limit(request({{"limit", "1000"}}))), 1000u);
  EXPECT_EQ(std::get<std::size_t>(page_limit(request({}))), 100u);
}

TEST_F(EventQuery, ATokenNamesOneEventOfOneLog) {
  append("s");
  append("s");
  const Log& log = engine_->log();
  for (const Position position : {Position(0), Position(1), Position(2)}) {
    const ResumeToken token = token_at(log, position).value();
    const auto read = ResumeToken::parse(token.text());
    ASSERT_TRUE(read) << token.text();
    EXPECT_EQ(*read, token);
    EXPECT_EQ(resume_at(log, *read).value(), position);
  }
  ResumeToken other = token_at(log, Position(2)).value();
  other.hash = token_at(log, Position(1)).value().hash;
  EXPECT_EQ(resume_at(log, other).error().code, ErrorCode::conflict);
  other = token_at(log, Position(2)).value();
  ++other.incarnation;
  EXPECT_EQ(resume_at(log, other).error().code, ErrorCode::conflict);
  other = token_at(log, Position(2)).value();
  other.position = Position(3);
  EXPECT_EQ(resume_at(log, other).error().code, ErrorCode::conflict);
  const auto elsewhere = open(folder_ / "other");
  EXPECT_EQ(resume_at(elsewhere->log(), token_at(log, Position(0)).value()).error().code,
            ErrorCode::conflict);
  for (const char* text :
       {"", "1", "a.b", "..", "a.1.2.short", "a.x.2.0123456789abcdef", ".1.2.0123456789abcdef"}) {
    EXPECT_FALSE(ResumeToken::parse(text)) << text;
  }
}

TEST_F(EventQuery, AStreamBeginsWhereItsReaderWas) {
  append("s");
  append("s");
  const std::string first = token_at(engine_->log(), Position(1)).value().text();
  const auto start = [&](const Request& r) { return stream_start(r, *engine_); };
  EXPECT_EQ(std::get<Position>(start(request({}))), Position(2));
  EXPECT_EQ(std::get<Position>(start(request({{"after", "0"}}))), Position(0));
  EXPECT_EQ(std::get<Position>(start(request({{"after", first}}))), Position(1));
  EXPECT_EQ(std::get<Position>(start(request({{"after", "0"}}, {{"last-event-id", first}}))),
            Position(1));
  EXPECT_EQ(std::get<Response>(start(request({{"after", "x"}}))).status, 400);
  EXPECT_EQ(std::get<Response>(start(request({{"after", ""}}))).status, 400);
  EXPECT_EQ(std::get<Position>(start(request({}, {{"last-event-id", "1"}}))), Position(1));
  EXPECT_EQ(std::get<Response>(start(request({}, {{"last-event-id", "x"}}))).status, 400);
  const auto foreign = start(request({{"after", "log.1.1.0123456789abcdef"}}));
  EXPECT_EQ(std::get<Response>(foreign).status, 409);
}

}  // namespace
}  // namespace syncline
