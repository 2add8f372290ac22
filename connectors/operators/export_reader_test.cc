#include "connectors/operators/export_reader.h"

#include <gtest/gtest.h>

#include "connectors/http/test_engine.h"
#include "connectors/operators/export_text.h"
#include "engine/limits.h"

namespace syncline {
namespace {

struct Given {
  std::string frame;
  bool id_given;
  bool operator==(const Given&) const = default;
};

class ExportReaderTest : public testing::Test {
 protected:
  ExportReaderTest() {
    for (int i = 1; i <= 5; ++i) {
      const std::string id = i == 3 ? "given" : "";
      at_.engine->append(one_draft(test_draft(id, "s/1", "{}"))).value();
      given_.push_back(
          {at_.engine->log().read(Position(static_cast<std::uint64_t>(i))).value(), i == 3});
    }
  }

  std::string text(ExportFormat format, std::size_t events = 5) {
    std::string out;
    ExportText writer(format, at_.engine->log().name(), mappings_);
    writer.begin(Position(1), Position(5), out);
    for (std::size_t i = 0; i < events; ++i) {
      writer.event(given_[i].frame, given_[i].id_given, out);
    }
    writer.end(out);
    return out;
  }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at) + 1;
      lines.push_back(text.substr(at, end - at));
      at = end;
    }
    return lines;
  }

  // "": it was read to its end.
  std::string fault(std::string_view bytes, std::size_t piece = 1000) {
    read_.clear();
    ExportReader reader({[&](const FrameFileHead& head) {
                           log_ = head.log;
                           return Result<void>();
                         },
                         [&](std::string_view frame, bool id_given) {
                           read_.push_back({std::string(frame), id_given});
                           return Result<void>();
                         }},
                        mappings_);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const auto taken = reader.take(bytes.substr(at, piece));
      if (taken.has_error()) return taken.error().message;
    }
    const auto ended = reader.end();
    return ended.has_error() ? ended.error().message : "";
  }

  TestEngine at_;
  PayloadMappings mappings_;
  std::vector<Given> given_, read_;
  LogName log_;
};

TEST_F(ExportReaderTest, ReadsBackLinesAndFrames) {
  for (const ExportFormat format : {ExportFormat::ndjson, ExportFormat::frames}) {
    for (const std::size_t piece : {1, 7, 100'000}) {
      EXPECT_EQ(fault(text(format), piece), "");
      EXPECT_EQ(log_, at_.engine->log().name());
      EXPECT_EQ(read_, given_);
    }
  }
}

TEST_F(ExportReaderTest, SaysAtWhichLineItIsNoExport) {
  const std::string good = text(ExportFormat::ndjson);
  const std::string second_line = good.substr(good.find('\n') + 1);
  const auto first = good.substr(0, good.size() - second_line.size());
  EXPECT_EQ(fault(good.substr(0, good.size() - 1)), "line 6: is cut: it does not end");
  EXPECT_EQ(fault(first + "\n" + second_line).substr(0, 8), "line 2: ");
  EXPECT_EQ(fault(first + "{\"a\":1}\n").substr(0, 20), "line 2: has no frame");
  EXPECT_EQ(fault(text(ExportFormat::events)).substr(0, 20), "line 1: has no frame");
  EXPECT_EQ(fault(""), "there is no event in it");
  std::string other = second_line;
  other.replace(other.find("\"logid\":\"") + 9, 4, "ffff");
  EXPECT_EQ(fault(first + other).substr(0, 16), "line 2: is of lo");
  EXPECT_EQ(fault("\x7f"
                  "ELF\n")
                .substr(0, 8),
            "line 1: ");
}

TEST_F(ExportReaderTest, WantsTheEndOfTheLines) {
  const std::vector<std::string> lines = lines_of(text(ExportFormat::ndjson));
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[5].substr(0, 23), R"({"end":true,"events":5,)");
  std::string cut;
  for (int i = 0; i < 5; ++i) {
    cut += lines[static_cast<std::size_t>(i)];
    EXPECT_NE(fault(cut).find("without the line that ends an export"), std::string::npos) << i;
  }
  EXPECT_EQ(fault(lines[1] + lines[5]),
            "line 2: is the end of other lines than the 1 before it; one is missing, or was "
            "changed");
  EXPECT_EQ(fault(cut + lines[5] + lines[5]), "line 7: stands behind the end of the export");
  EXPECT_EQ(fault(cut + lines[5] + lines[0]), "line 7: stands behind the end of the export");
  EXPECT_EQ(fault(text(ExportFormat::ndjson, 0)), "") << "a filter may let nothing through";
  EXPECT_TRUE(read_.empty());
}

// What no frame vouches for.
TEST_F(ExportReaderTest, FindsWhatWasChangedBesideTheFrames) {
  const std::string good = text(ExportFormat::ndjson);
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"\"idgiven\":true", "\"idgiven\":false"},
        {"\"lognode\":\"a\"", "\"lognode\":\"b\""},
        {"\"logid\":\"", "\"logid\":\"f"}}) {
    std::string changed = good;
    for (auto at = changed.find(from); at != std::string::npos; at = changed.find(from, at + 1)) {
      changed.replace(at, from.size(), to);
      ++at;
    }
    EXPECT_EQ(fault(changed).substr(0, 30), "line 6: is the end of other li") << from;
  }
}

TEST_F(ExportReaderTest, HoldsNoMoreThanALine) {
  const std::string piece(1 << 20, 'x');
  ExportReader reader({[](const FrameFileHead&) { return Result<void>(); },
                       [](std::string_view, bool) { return Result<void>(); }},
                      mappings_);
  Result<void> taken;
  int pieces = 0;
  for (; taken.has_value() && pieces < 100; ++pieces) taken = reader.take(piece);
  ASSERT_TRUE(taken.has_error());
  EXPECT_EQ(pieces, 17);
  EXPECT_NE(taken.error().message.find("line 1: is longer than"), std::string::npos);
}

TEST_F(ExportReaderTest, ALineIsTooLongHoweverItIsCut) {
  const std::string over = std::string(limits::kLineBytes + 1, 'x') + "\n";
  for (const std::size_t piece : {over.size(), over.size() - 1, limits::kMiB}) {
    EXPECT_EQ(fault(over, piece), "line 1: is longer than 16777216 bytes: no event is");
  }
  EXPECT_EQ(fault(over.substr(1), over.size()).substr(0, 19), "line 1: is not JSON");
}

}  // namespace
}  // namespace syncline
