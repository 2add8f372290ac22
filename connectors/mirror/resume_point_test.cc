#include "connectors/mirror/resume_point.h"

#include <gmock/gmock.h>

namespace syncline {
namespace {

RecordHeader event(Incarnation incarnation, std::uint64_t sequence, std::string_view content) {
  RecordHeader header;
  header.position = Position(sequence);
  header.name = {*OriginId::from("a"), incarnation, Sequence(sequence)};
  header.hash = sha256(content);
  return header;
}

MirrorProgress progress(Incarnation incarnation, std::uint64_t sequence, std::string_view content) {
  return {.log = "l",
          .incarnation = incarnation,
          .sequence = Sequence(sequence),
          .hash = sha256(content),
          .topics = {}};
}

TEST(ResumePoint, OnlyTheSameEventIsTheSame) {
  const auto none = std::optional<RecordHeader>();
  const struct {
    const char* what;
    LogSide log;
    std::optional<MirrorProgress> progress;
    bool records;
    Agreement agreement;
  } cases[] = {
      {"both empty", {"l", none, none}, {}, false, Agreement::begins},
      {"a log that is mirrored now",
       {"l", event(1, 1, "x"), event(1, 9, "z")},
       {},
       false,
       Agreement::begins},
      {"progress without events",
       {"l", event(1, 1, "x"), event(1, 9, "z")},
       MirrorProgress{.log = "l"},
       false,
       Agreement::begins},
      {"the first transaction was aborted",
       {"l", event(1, 1, "x"), event(1, 9, "z")},
       MirrorProgress{.log = "l"},
       true,
       Agreement::begins},
      {"at the head",
       {"l", event(1, 9, "z"), event(1, 9, "z")},
       progress(1, 9, "z"),
       true,
       Agreement::goes_on},
      {"behind",
       {"l", event(1, 5, "y"), event(2, 9, "z")},
       progress(1, 5, "y"),
       true,
       Agreement::goes_on},
      {"rolled back", {"l", none, event(1, 4, "x")}, progress(1, 5, "y"), true, Agreement::ahead},
      {"the log is empty", {"l", none, none}, progress(1, 5, "y"), true, Agreement::ahead},
      {"only later ones are there",
       {"l", event(1, 6, "x"), event(1, 6, "x")},
       progress(1, 5, "y"),
       true,
       Agreement::ahead},
      {"another event",
       {"l", event(1, 5, "x"), event(1, 9, "z")},
       progress(1, 5, "y"),
       true,
       Agreement::differs},
      {"a later incarnation in its place",
       {"l", event(2, 5, "x"), event(2, 9, "z")},
       progress(1, 5, "y"),
       true,
       Agreement::differs},
      {"the same, under another incarnation",
       {"l", event(2, 5, "y"), event(2, 9, "z")},
       progress(1, 5, "y"),
       true,
       Agreement::differs},
      {"progress is gone",
       {"l", event(1, 1, "x"), event(1, 9, "z")},
       {},
       true,
       Agreement::progress_lost},
      {"another log",
       {"m", event(1, 5, "y"), event(1, 9, "z")},
       progress(1, 5, "y"),
       true,
       Agreement::other_log},
  };
  for (const auto& c : cases) {
    const Agreement found = agreement(c.log, c.progress, c.records);
    EXPECT_EQ(found, c.agreement) << c.what;
    const bool agrees = found == Agreement::begins || found == Agreement::goes_on;
    const std::string why = refusal(found, c.log, c.progress, "p", *OriginId::from("a"));
    EXPECT_EQ(why.empty(), agrees) << c.what;
    if (agrees) continue;
    EXPECT_THAT(why, testing::HasSubstr("`syncline ")) << "what mends it";
    if (c.progress) {
      EXPECT_THAT(why, testing::HasSubstr(hex(c.progress->hash).substr(0, 16))) << c.what;
    }
    if (c.log.last) {
      EXPECT_THAT(why, testing::HasSubstr(hex(c.log.last->hash).substr(0, 16))) << c.what;
    }
  }
}

}  // namespace
}  // namespace syncline
