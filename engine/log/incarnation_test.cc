#include "engine/log/incarnation.h"

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/log/verify.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

class IncarnationTest : public ::testing::Test {
 protected:
  std::unique_ptr<Engine> open() {
    return Engine::open(
               {.data = folder_ / "", .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
               {})
        .value();
  }

  void append(int events) {
    const auto engine = open();
    for (int i = 0; i < events; ++i) {
      engine->append(one_draft(test_draft(uuid7(clock_.now(), rng_), "s", "1"))).value();
    }
  }

  Incarnation note(EventType type = EventType::log_restored) {
    const auto log = Log::open({.path = folder_ / "log"}).value();
    return begin_incarnation(*log, {type, {Position(3), {}, "ann", "a test"}}, clock_, rng_)
        .value();
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
};

Event event_at(const Engine& engine, std::uint64_t position, std::string& frame) {
  frame = engine.log().read(Position(position)).value();
  return decode_frame(frame);
}

TEST_F(IncarnationTest, BeginsWithTheEventThatSaysWhy) {
  append(2);
  EXPECT_EQ(note(EventType::log_loss_accepted), 2u);
  append(1);
  const auto engine = open();
  ASSERT_EQ(engine->log().head().position, Position(4)) << "it is written once";
  std::string frame;
  const Event first = event_at(*engine, 3, frame);
  EXPECT_EQ(first.header.name.text(), "a.2.3") << "the sequence goes on";
  EXPECT_EQ(first.body.type, EventType::log_loss_accepted);
  EXPECT_EQ(first.body.subject, "node/a");
  EXPECT_EQ(first.body.source, engine->source());
  EXPECT_EQ(std::get<IncarnationBegun>(first.body.payload),
            (IncarnationBegun{Position(3), {}, "ann", "a test"}));
  EXPECT_EQ(event_at(*engine, 2, frame).header.name.text(), "a.1.2");
  EXPECT_EQ(event_at(*engine, 4, frame).header.name.text(), "a.2.4");
}

TEST_F(IncarnationTest, TheChainGoesOnAcrossIt) {
  append(2);
  note();
  append(2);
  const auto seen = verify_log({.data = folder_ / ""}).value();
  EXPECT_FALSE(seen.fault) << seen.fault->what;
  EXPECT_EQ(seen.events, 5u);
}

TEST_F(IncarnationTest, AnEmptyLogHasOneToo) {
  open();
  EXPECT_EQ(note(), 2u);
  std::string frame;
  EXPECT_EQ(event_at(*open(), 1, frame).header.name.text(), "a.2.1");
}

TEST_F(IncarnationTest, NoNumberIsTakenTwice) {
  append(1);
  EXPECT_EQ(note(), 2u);
  EXPECT_EQ(note(), 3u) << "nobody knows what the second one has seen";
  append(0);
  EXPECT_EQ(note(), 4u);
}

TEST_F(IncarnationTest, OtherBytesAreNoNote) {
  EXPECT_FALSE(decode_note(""));
  EXPECT_FALSE(decode_note("abcd"));
  const auto log = Log::open({.path = folder_ / "log", .new_identity = "i", .node = "a"}).value();
  begin_incarnation(*log, {EventType::log_restored, {}}, clock_, rng_).value();
  const std::string bytes = encode_note(*log->noted());
  EXPECT_TRUE(decode_note(bytes));
  EXPECT_FALSE(decode_note(bytes.substr(0, bytes.size() / 2)));
}

}  // namespace
}  // namespace syncline
