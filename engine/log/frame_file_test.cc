#include "engine/log/frame_file.h"

#include <gtest/gtest.h>

#include "tests/fakes.h"

namespace syncline {
namespace {

const FrameFileHead kHead{{"0199-a-log", *OriginId::from("a")}, Position(3), Position(9)};

std::string written(const std::vector<std::string>& frames) {
  std::string out;
  FrameFileWriter writer;
  writer.head(kHead, out);
  for (const std::string& frame : frames) writer.record(frame, frame.size() % 2 == 1, out);
  writer.end(out);
  return out;
}

struct Seen {
  FrameFileHead head;
  std::vector<std::pair<std::string, bool>> events;
};

// A few bytes at a time. "": it is read to its end; else why not.
std::string fault(const std::string& bytes, Seen* seen = nullptr) {
  FrameFileReader reader({[&](const FrameFileHead& head) {
                            if (seen) seen->head = head;
                            return Result<void>();
                          },
                          [&](std::string_view frame, bool id_given) {
                            if (seen) seen->events.emplace_back(frame, id_given);
                            return Result<void>();
                          }});
  constexpr std::size_t kPiece = 7;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto taken = reader.take(std::string_view(bytes).substr(at, kPiece));
    if (taken.has_error()) return taken.error().message;
  }
  const auto ended = reader.end();
  return ended.has_error() ? ended.error().message : "";
}

TEST(FrameFile, GivesBackWhatWasWritten) {
  const std::vector<std::string> frames{"one", std::string(10'000, 'x'), "four"};
  Seen seen;
  EXPECT_EQ(fault(written(frames), &seen), "");
  EXPECT_EQ(seen.head.log, kHead.log);
  EXPECT_EQ(seen.head.from, kHead.from);
  EXPECT_EQ(seen.head.to, kHead.to);
  ASSERT_EQ(seen.events.size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(seen.events[i], std::pair(frames[i], frames[i].size() % 2 == 1));
  }
  EXPECT_EQ(fault(written({})), "");
}

TEST(FrameFile, EndsWithWhatItsTakerSays) {
  const std::string bytes = written({"one"});
  const auto stop = [](auto&&...) { return Result<void>(Error{ErrorCode::stopping, "enough"}); };
  const auto on = [](auto&&...) { return Result<void>(); };
  EXPECT_EQ(FrameFileReader({stop, on}).take(bytes).error().message, "enough");
  EXPECT_EQ(FrameFileReader({on, stop}).take(bytes).error().message, "enough");
}

TEST(FrameFile, CanBeGoneOnWith) {
  std::string whole, parts;
  FrameFileWriter one;
  one.head(kHead, whole);
  one.record("a", true, whole);
  one.record("b", false, whole);
  one.end(whole);
  FrameFileWriter first;
  first.head(kHead, parts);
  first.record("a", true, parts);
  FrameFileWriter second(first.state());
  second.record("b", false, parts);
  second.end(parts);
  EXPECT_EQ(parts, whole);
}

TEST(FrameFile, EachCutAndEachFlippedBitIsFound) {
  const std::string bytes = written({"one", "two and a half"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(fault(bytes.substr(0, size)), "") << "cut at " << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] ^= 0x10;
    EXPECT_NE(fault(flipped), "") << "flipped at " << at;
  }
  EXPECT_NE(fault(bytes + "x"), "");
  EXPECT_EQ(fault(bytes), "");
}

}  // namespace
}  // namespace syncline
