#include "engine/log/log_builder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/log/verify.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr std::uint64_t kEvents = 20;

struct Kept {
  std::string frame;
  std::optional<Hash> content_hash;
};

// The log of node "a" with kEvents events, every other one with its producer's id.
class LogBuilderTest : public testing::Test {
 protected:
  LogBuilderTest() {
    auto engine = opened(folder_ / "from");
    for (std::uint64_t i = 1; i <= kEvents; ++i) {
      clock_.advance(std::chrono::seconds(1));
      const std::string id = i % 2 == 0 ? "i" + std::to_string(i) : "";
      engine->append(one_draft(test_draft(id, "s/" + std::to_string(i % 3), "{}"))).value();
    }
    name_ = engine->log().name();
    head_ = engine->log().head();
    engine->log()
        .scan(Position(1), head_.position,
              [&](Position position, std::string_view frame) {
                const Event event = decode_frame(frame);
                const auto entry = engine->log().find_id(event.body.source, event.body.id).value();
                const bool given = entry && entry->position == position;
                kept_.push_back({std::string(frame),
                                 given ? std::optional(entry->content_hash) : std::nullopt});
                return true;
              })
        .value();
  }

  std::unique_ptr<Engine> opened(const std::string& data) {
    return Engine::open(
               {.data = data, .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_}, {})
        .value();
  }

  Result<std::unique_ptr<LogBuilder>> builder() {
    return LogBuilder::open({.data = to(), .name = name_});
  }

  void add(LogBuilder& builder, std::uint64_t first, std::uint64_t last) {
    for (auto i = first; i <= last; ++i) {
      builder.add(kept_[i - 1].frame, kept_[i - 1].content_hash).value();
    }
  }

  std::string to() const { return folder_ / "to"; }

  const TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  LogName name_;
  Head head_;
  std::vector<Kept> kept_;
};

TEST_F(LogBuilderTest, MakesTheSameLog) {
  {
    auto made = builder().value();
    add(*made, 1, kEvents);
    EXPECT_EQ(made->head().hash, head_.hash);
    made->finish().value();
  }
  // test_draft() names events without a producer's id as no product does: of these verify misses
  // the entry, as it does in the log they come from.
  auto engine = opened(to());
  EXPECT_EQ(engine->log().identity(), name_.identity);
  EXPECT_EQ(engine->log().head().position, head_.position);
  EXPECT_EQ(engine->log().head().hash, head_.hash);
  for (std::uint64_t i = 1; i <= kEvents; ++i) {
    EXPECT_EQ(engine->log().read(Position(i)).value(), kept_[i - 1].frame);
  }
  EXPECT_EQ(engine->log().subject_version("s/0").value(), Position(18));
  EXPECT_EQ(engine->log().subject_version("s/2").value(), Position(20));
  const auto repeat = engine->append(one_draft(test_draft("i4", "s/1", "{}"))).value().at(0);
  EXPECT_TRUE(repeat.duplicate);
  EXPECT_EQ(repeat.position, Position(4));
  EXPECT_EQ(engine->append(one_draft(test_draft("i4", "s/1", "{\"b\":1}"))).error().code,
            ErrorCode::conflict);
  const auto next = engine->append(one_draft(test_draft("new", "s/1", "{}"))).value().at(0);
  EXPECT_EQ(next.position, Position(kEvents + 1));
}

TEST_F(LogBuilderTest, GoesOnWhereItWasStopped) {
  {
    auto half = builder().value();
    add(*half, 1, 7);
  }
  {
    auto rest = builder().value();
    EXPECT_LE(rest->head().position, Position(7));
    add(*rest, 1, kEvents);  // those that are there are passed over
    rest->finish().value();
  }
  EXPECT_EQ(opened(to())->log().head().hash, head_.hash);
}

TEST_F(LogBuilderTest, AHalfBuiltLogOpensForNothingElse) {
  {
    auto half = builder().value();
    add(*half, 1, 7);
  }
  const auto served = Engine::open(
      {.data = to(), .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_}, {});
  ASSERT_TRUE(served.has_error());
  EXPECT_NE(served.error().message.find("is half a copy"), std::string::npos);
  const auto read = Log::open({.path = to() + "/log", .read_only = true});
  ASSERT_TRUE(read.has_error());
  EXPECT_NE(read.error().message.find("is half a copy"), std::string::npos);
  EXPECT_EQ(verify_log({.data = to()}).error().code, ErrorCode::invalid);
  const auto other = LogBuilder::open({.data = to(), .name = {"another", name_.node}});
  ASSERT_TRUE(other.has_error());
  EXPECT_NE(other.error().message.find("is half a copy of log " + name_.identity),
            std::string::npos);
}

TEST_F(LogBuilderTest, TakesOnlyAnEmptyFolder) {
  { opened(to()); }
  EXPECT_EQ(builder().error().code, ErrorCode::invalid);
  std::filesystem::remove_all(to() + "/log");
  EXPECT_EQ(builder().error().code, ErrorCode::invalid);  // log.acked
  std::filesystem::remove(to() + "/log.acked");
  EXPECT_EQ(builder().error().code, ErrorCode::invalid);  // views of another log
  std::filesystem::remove_all(to() + "/views");
  std::ofstream(to() + "/syncline.toml") << "[node]\n";
  EXPECT_TRUE(builder().has_value());
}

// What is wrong with the event, and what add() says of it.
struct WrongFrame {
  const char* name;
  void (*change)(std::string& frame);
  const char* said;
};

TEST_F(LogBuilderTest, RefusesWhatIsNoNextEvent) {
  const WrongFrame all[] = {
      {"a byte of the body", [](std::string& f) { f.back() ^= 1; }, "checksum"},
      {"cut", [](std::string& f) { f.pop_back(); }, "size"},
      {"nothing", [](std::string& f) { f.clear(); }, "size"},
      {"another time, checksum made right",
       [](std::string& f) {
         f[frame_layout::kReceivedTime] ^= 1;
         const std::uint32_t crc = crc32c(std::string_view(f).substr(frame_layout::kBodySize));
         std::memcpy(f.data(), &crc, sizeof crc);
       },
       "hash"},
      {"another body, header made for it",
       [](std::string& f) {
         RecordHeader header = *decode_header(f);
         EventBody body = decode_frame(f).body;
         body.subject = "s/other";
         const Draft draft = make_draft(body).value();
         header.previous_hash = Hash{};
         header.body_hash = draft.body_hash();
         std::string made;
         append_frame(header, draft.bytes(), made);
         f = std::move(made);
       },
       "hash chain"},
  };
  for (const WrongFrame& wrong : all) {
    std::filesystem::remove_all(to());
    auto made = builder().value();
    add(*made, 1, 4);
    std::string frame = kept_[4].frame;
    wrong.change(frame);
    const auto added = made->add(frame, std::nullopt);
    ASSERT_TRUE(added.has_error()) << wrong.name;
    EXPECT_EQ(added.error().code, ErrorCode::corrupt) << wrong.name;
    EXPECT_NE(added.error().message.find("event 5 "), std::string::npos) << added.error().message;
    EXPECT_NE(added.error().message.find(wrong.said), std::string::npos) << added.error().message;
  }
}

TEST_F(LogBuilderTest, RefusesAGapAndAnotherEvent) {
  auto made = builder().value();
  add(*made, 1, 4);
  EXPECT_EQ(made->add(kept_[6].frame, std::nullopt).error().message,
            "event 7 stands where event 5 should: a log has no gaps");
  // One of this place, from a log with another history.
  std::filesystem::remove_all(folder_ / "from");
  auto engine = opened(folder_ / "from");
  engine->append(one_draft(test_draft("x", "s/x", "{}"))).value();
  EXPECT_NE(made->add(engine->log().read(Position(1)).value(), std::nullopt)
                .error()
                .message.find("event 1 is another one"),
            std::string::npos);
}

}  // namespace
}  // namespace syncline
