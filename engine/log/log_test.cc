#include "engine/log/log.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/log/acked_file.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

struct Opened {
  TempFolder folder;
  FakeClock clock;
  SeededRng rng{1};

  Result<std::unique_ptr<Engine>> open(const char* node = "a") {
    return Engine::open(
        {.data = folder / "", .node = *OriginId::from(node), .clock = &clock, .rng = &rng}, {});
  }
};

TEST(Log, AnEmptyLogHasHeadZero) {
  Opened o;
  auto engine = o.open().value();
  EXPECT_EQ(engine->log().head().position, Position(0));
  EXPECT_EQ(engine->log().last_header(), std::nullopt);
  EXPECT_EQ(engine->log().read(Position(1)).error().code, ErrorCode::not_found);
  EXPECT_EQ(engine->log().identity().size(), 36u);
}

TEST(Log, WhatWasAppendedIsThereAfterReopening) {
  Opened o;
  std::string identity;
  Head head;
  {
    auto engine = o.open().value();
    identity = engine->log().identity();
    for (int i = 1; i <= 10; ++i) {
      o.clock.advance(std::chrono::seconds(1));
      auto receipts = engine->append(one_draft(test_draft("", "s/1", std::to_string(i)))).value();
      ASSERT_EQ(receipts.at(0).position, Position(static_cast<std::uint64_t>(i)));
    }
    head = engine->log().head();
  }
  auto engine = o.open().value();
  EXPECT_EQ(engine->log().identity(), identity);
  EXPECT_EQ(engine->log().head().position, head.position);
  EXPECT_EQ(engine->log().head().hash, head.hash);

  Hash previous{};
  Hlc hlc;
  int count = 0;
  ASSERT_TRUE(
      engine->log().scan(Position(1), head.position, [&](Position p, std::string_view frame) {
        EXPECT_EQ(frame_fault(frame, FrameCheck::everything), nullptr);
        const Event event = decode_frame(frame);
        EXPECT_EQ(event.header.position, p);
        EXPECT_EQ(event.header.name.text(), "a.1." + std::to_string(p.value));
        EXPECT_EQ(event.header.previous_hash, previous);
        EXPECT_GT(event.header.hlc, hlc);
        EXPECT_EQ(std::get<Document>(event.body.payload).data, std::to_string(p.value));
        previous = event.header.hash;
        hlc = event.header.hlc;
        ++count;
        return true;
      }));
  EXPECT_EQ(count, 10);
  EXPECT_EQ(engine->log().subject_version("s/1").value(), Position(10));
  EXPECT_EQ(engine->log().subject_version("s/2").value(), Position(0));
}

TEST(Log, FindsTheFirstEventAtATime) {
  Opened o;
  auto engine = o.open().value();
  const Time start = o.clock.now();
  for (int i = 0; i < 5; ++i) {
    engine->append(one_draft(test_draft("", "s", "1"))).value();
    o.clock.advance(std::chrono::seconds(10));
  }
  const auto first_at = [&](int seconds) {
    return engine->log().first_at(start + std::chrono::seconds(seconds)).value().value;
  };
  EXPECT_EQ(first_at(-1), 1u);
  EXPECT_EQ(first_at(0), 1u);
  EXPECT_EQ(first_at(1), 2u);
  EXPECT_EQ(first_at(10), 2u);
  EXPECT_EQ(first_at(40), 5u);
  EXPECT_EQ(first_at(41), 6u);
}

TEST(Log, ASecondWriterIsRefusedAndToldWho) {
  Opened o;
  auto first = o.open().value();
  auto second = o.open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_NE(second.error().message.find("in use by"), std::string::npos);
}

TEST(Log, AnotherNodesFolderIsRefused) {
  Opened o;
  o.open("a").value();
  auto other = o.open("b");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::invalid);
  EXPECT_NE(other.error().message.find("node a"), std::string::npos);
}

TEST(Log, CanBeReadBesideItsWriter) {
  Opened o;
  auto engine = o.open().value();
  engine->append(one_draft(test_draft("", "s", "1"))).value();
  auto reader = Log::open({.path = o.folder / "log", .read_only = true});
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->head().position, Position(1));
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    files.push_back(file.path().filename());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Log, WhatIsLeftOfOneIsRefusedAndLeftAsItIs) {
  Opened o;
  {
    auto engine = o.open().value();
    engine->append(one_draft(test_draft("", "s", "1"))).value();
  }
  std::filesystem::remove(o.folder / "log/CURRENT");
  const auto before = files_in(o.folder / "log");
  for (const bool acked : {true, false}) {
    if (!acked) std::filesystem::remove(o.folder / "log.acked");
    const auto reopened = o.open();
    ASSERT_FALSE(reopened);
    EXPECT_EQ(reopened.error().code, ErrorCode::corrupt);
    EXPECT_NE(reopened.error().message.find("CURRENT"), std::string::npos);
    EXPECT_EQ(files_in(o.folder / "log"), before);
  }

  std::filesystem::remove_all(o.folder / "log");
  EXPECT_TRUE(o.open()) << "nothing is left: a new one";
}

TEST(AckedFile, ALogThatCameBackShorterIsRefused) {
  Opened o;
  TempFolder copy;
  {
    auto engine = o.open().value();
    engine->append(one_draft(test_draft("", "s", "1"))).value();
  }
  std::filesystem::copy(o.folder / "log", copy / "log", std::filesystem::copy_options::recursive);
  {
    auto engine = o.open().value();
    engine->append(one_draft(test_draft("", "s", "2"))).value();
    engine->append(one_draft(test_draft("", "s", "3"))).value();
  }
  std::filesystem::remove_all(o.folder / "log");
  std::filesystem::copy(copy / "log", o.folder / "log", std::filesystem::copy_options::recursive);
  auto reopened = o.open();
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().code, ErrorCode::acked_ahead);
  EXPECT_NE(reopened.error().message.find("events 2 to 3"), std::string::npos)
      << reopened.error().message;
}

TEST(AckedFile, AMissingOneIsRefusedBesideEvents) {
  Opened o;
  o.open().value();
  std::filesystem::remove(o.folder / "log.acked");
  o.open().value()->append(one_draft(test_draft("", "s", "1"))).value();
  std::filesystem::remove(o.folder / "log.acked");
  auto reopened = o.open();
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().code, ErrorCode::corrupt);
  EXPECT_NE(reopened.error().message.find("is missing"), std::string::npos);
}

TEST(AckedFile, OneBadSlotIsSurvivedTwoAreRefused) {
  Opened o;
  {
    auto engine = o.open().value();
    engine->append(one_draft(test_draft("", "s", "1"))).value();
  }
  const std::string path = o.folder / "log.acked";
  const auto damage = [&](int at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('\x5A');
  };
  damage(10);
  EXPECT_TRUE(AckedFile::read(path, nullptr));
  damage(64 + 10);
  auto read = AckedFile::read(path, nullptr);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(o.open());
}

}  // namespace
}  // namespace syncline
