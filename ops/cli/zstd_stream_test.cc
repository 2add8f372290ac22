#include "ops/cli/zstd_stream.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

std::string compressed(const std::vector<std::string>& frames) {
  ZstdWriter writer;
  std::string out;
  for (const std::string& frame : frames) {
    writer.add(frame, out);
    writer.end_frame(out);
  }
  return out;
}

// "" and the plain text, or why not.
std::string fault(const std::string& bytes, std::size_t piece, std::string* plain = nullptr) {
  ZstdReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto taken =
        reader.take(std::string_view(bytes).substr(at, piece), [&](std::string_view out) {
          if (plain != nullptr) plain->append(out);
          return Result<void>();
        });
    if (taken.has_error()) return taken.error().message;
  }
  const auto ended = reader.end();
  return ended.has_error() ? ended.error().message : "";
}

TEST(ZstdStream, GivesBackWhatWasWritten) {
  const std::string long_text(3'000'000, 'x');
  const std::string bytes = compressed({"one", long_text, "", "two"});
  EXPECT_LT(bytes.size(), 10'000u);
  EXPECT_TRUE(bytes.starts_with(kZstdMagic));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, bytes.size()}) {
    std::string plain;
    EXPECT_EQ(fault(bytes, piece, &plain), "");
    EXPECT_EQ(plain, "one" + long_text + "two");
  }
}

TEST(ZstdStream, FindsCutsAndDamage) {
  const std::string bytes = compressed({std::string(100'000, 'x') + "one"});
  for (const std::size_t size : {bytes.size() - 1, bytes.size() / 2, std::size_t{5}}) {
    EXPECT_EQ(fault(bytes.substr(0, size), 7), "the compressed file is cut");
  }
  std::string flipped = bytes;
  flipped[bytes.size() - 2] ^= 1;  // of the checksum
  EXPECT_NE(fault(flipped, 1000), "");
  EXPECT_NE(fault(bytes + "more", 1000), "");
}

// A frame that asks for a window of 1 GiB before it has said anything.
TEST(ZstdStream, GivesNobodyMoreMemoryThanAnExportNeeds) {
  const std::string wants_much =
      std::string(kZstdMagic) + '\0' + static_cast<char>(20 << 3) + std::string("\x01\0\0", 3);
  EXPECT_NE(fault(wants_much, 100).find("memory"), std::string::npos) << fault(wants_much, 100);
}

}  // namespace
}  // namespace syncline
