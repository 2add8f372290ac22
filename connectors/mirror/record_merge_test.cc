#include "connectors/mirror/record_merge.h"

#include <cstring>

#include "connectors/mirror/topics_fixture.h"

namespace syncline {
namespace {

class Merge : public MirroredLog {
 protected:
  // What comes out: names, or what is said of a record that is no event in its place.
  std::vector<std::string> merged() {
    topics_.rewind();
    RecordMerge merge(topics_, node_);
    std::vector<std::string> all;
    for (;;) {
      const auto next = merge.next();
      if (!next.has_value()) ADD_FAILURE() << next.error().message;
      if (!next.has_value() || !*next) return all;
      all.push_back((*next)->found == Found::event ? (*next)->name->text() : (*next)->what);
    }
  }
};

TEST_F(Merge, IsTheOrderOfTheLog) {
  for (int i = 1; i <= 40; ++i) mirrored("s/" + std::to_string(i % 7), i <= 20 ? 1 : 2);
  std::vector<std::string> names;
  for (const std::string& frame : log_) names.push_back(decode_header(frame)->name.text());
  EXPECT_EQ(merged(), names);
}

TEST_F(Merge, ALostTailComesBeforeWhatReplacedIt) {
  for (int i = 1; i <= 4; ++i) mirrored("s/" + std::to_string(i));
  lose(3);
  mirrored("s/5", 2);
  EXPECT_THAT(merged(), testing::ElementsAre("a.1.1", "a.1.2", "a.1.3", "a.1.4", "a.2.3"));
}

TEST_F(Merge, OfNoEventsThereIsNothing) { EXPECT_THAT(merged(), testing::IsEmpty()); }

TEST_F(Merge, SaysWhatIsNoEventInItsPlace) {
  mirrored("s/1");
  mirrored("s/1");
  auto& partition = topics_.of(TopicFamily::custom, "s/1");
  partition.push_back(partition[1]);
  partition.push_back(partition[0]);
  partition.push_back({"k", "v", {}});
  partition.push_back(partition[0]);
  for (auto& [name, value] : partition.back().headers) {
    if (name == kFrameHeader) value.back() ^= 1;
  }
  put(made("s/1", 1, 9, "b").second);
  EXPECT_THAT(merged(), testing::ElementsAre(
                            "a.1.1", "a.1.2", "is event a.1.2 once more",
                            "is event a.1.1 behind a.1.2", "is no event: somebody else wrote it",
                            testing::StartsWith("has an event that is damaged or altered"),
                            "is event b.1.9, of another node"));
}

// With a checksum that is right again.
TEST_F(Merge, SaysThatAnEventWasForged) {
  mirrored("s/1");
  for (auto& [name, value] : topics_.of(TopicFamily::custom, "s/1")[0].headers) {
    if (name != kFrameHeader) continue;
    value[frame_layout::kReceivedTime] ^= 1;
    const std::uint32_t crc = crc32c(std::string_view(value).substr(frame_layout::kBodySize));
    std::memcpy(value.data(), &crc, sizeof crc);
  }
  EXPECT_THAT(merged(), testing::ElementsAre("has an event that is damaged or altered (hash)"));
}

}  // namespace
}  // namespace syncline
