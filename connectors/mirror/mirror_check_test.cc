#include "connectors/mirror/mirror_check.h"

#include "connectors/mirror/topics_fixture.h"

namespace syncline {
namespace {

using testing::HasSubstr;

class Check : public MirroredLog {
 protected:
  // Of the events from `from` to `to`, positions.
  MirrorVerification checked(std::size_t from = 1, std::size_t to = 0) {
    topics_.rewind();
    RecordMerge merge(topics_, node_);
    MirrorCheck check(merge, topics_, mappings_,
                      {std::string(kTestPrefix),
                       {identity_, node_},
                       progress_.value_or(progress()),
                       [](const OriginId& node) { return node.text() == "b"; }});
    const std::size_t last = to == 0 ? log_.size() : to;
    for (std::size_t i = from; i <= last; ++i) {
      if (!check.event(log_[i - 1], true).value()) return check.seen();
    }
    if (to == 0) check.end().value();
    return check.seen();
  }
  std::string fault() {
    const auto seen = checked();
    return seen.fault ? seen.fault->what : "";
  }
  void six_events() {
    for (int i = 1; i <= 6; ++i) mirrored("s/" + std::to_string(i % 2));
  }
  std::vector<StoredRecord>& partition(std::string_view key = "s/1") {
    return topics_.of(TopicFamily::custom, key);
  }

  std::string identity_ = "log";
  std::optional<MirrorProgress> progress_;  // another than the log's head
};

TEST_F(Check, AMirrorIsWhatTheLogIs) {
  six_events();
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(checked().events, 6);
}

TEST_F(Check, WhatComesBehindTheProgressRecordWaits) {
  six_events();
  progress_ = progress();
  append("s/1");
  append("s/2");
  const auto seen = checked();
  EXPECT_FALSE(seen.fault);
  EXPECT_EQ(seen.events, 6);
  EXPECT_EQ(seen.waiting, 2);
}

TEST_F(Check, ARangeIsLookedAtByItself) {
  six_events();
  partition().erase(partition().begin());  // event 1
  EXPECT_NE(fault(), "");
  EXPECT_FALSE(checked(2, 5).fault);
  EXPECT_EQ(checked(2, 5).events, 4);
}

TEST_F(Check, AReplacedTailIsNamedAndNoFault) {
  six_events();
  lose(4);
  mirrored("s/1", 2);
  mirrored("s/2", 2);
  const auto seen = checked();
  EXPECT_FALSE(seen.fault) << seen.fault->what;
  EXPECT_EQ(seen.events, 5);
  ASSERT_EQ(seen.replaced.size(), 1u);
  EXPECT_EQ(seen.replaced[0].from.text(), "a.1.4");
  EXPECT_EQ(seen.replaced[0].to.text(), "a.1.6");
}

TEST_F(Check, AnotherNodeMayHaveItsMirrorThere) {
  six_events();
  put(made("s/1", 1, 1, "b").second);
  const auto seen = checked();
  EXPECT_FALSE(seen.fault);
  EXPECT_EQ(seen.of_others, 1);
  put(made("s/1", 1, 1, "c").second);
  EXPECT_THAT(fault(), HasSubstr("is event c.1.1, of another node"));
}

TEST_F(Check, NamesWhatIsMissing) {
  six_events();
  partition().erase(partition().begin() + 1);
  EXPECT_EQ(fault(), "event a.1.3 is not in t.custom");
  topics_.begin_at(TopicFamily::custom, partition_of("s/1", kTestPartitions), 7);
  EXPECT_THAT(fault(), HasSubstr("before offset 7 was dropped"));
}

TEST_F(Check, NamesTheLastOneThatIsMissing) {
  six_events();
  partition("s/0").pop_back();
  EXPECT_EQ(fault(), "event a.1.6 is not in t.custom");
}

TEST_F(Check, NamesWhatIsThereTwiceOrOutOfPlace) {
  six_events();
  partition().push_back(partition().back());
  EXPECT_THAT(fault(), HasSubstr("is event a.1.5 once more"));
  partition().back() = partition().front();
  EXPECT_THAT(fault(), HasSubstr("is event a.1.1 behind a.1.5"));
}

TEST_F(Check, NamesWhatIsThereTwiceInTwoPartitions) {
  six_events();
  auto& other =
      topics_.of(TopicFamily::custom, (partition_of("s/1", kTestPartitions) + 1) % kTestPartitions);
  other.insert(other.begin(), partition().front());
  EXPECT_THAT(fault(), HasSubstr("is event a.1.1"));
  EXPECT_THAT(fault(), testing::AnyOf(HasSubstr("no such event before event a.1.2"),
                                      HasSubstr("another partition than")));
}

TEST_F(Check, NamesAForeignRecord) {
  six_events();
  partition().push_back({"s/1", "hello", {}});
  EXPECT_THAT(fault(), HasSubstr("is no event: somebody else wrote it"));
}

TEST_F(Check, NamesAnEventThatTheLogDoesNotHave) {
  six_events();
  put(made("s/1", 1, 7).second);
  EXPECT_THAT(fault(), HasSubstr("is event a.1.7, and the log ends with a.1.6"));
}

TEST_F(Check, NamesAProgressThatTheLogDoesNotHave) {
  six_events();
  progress_ = progress();
  progress_->sequence = Sequence(8);
  EXPECT_EQ(fault(), "the progress record stands at event a.1.8, and the log ends with a.1.6");
  progress_ = progress();
  progress_->hash[0] ^= 1;
  EXPECT_THAT(fault(), HasSubstr("the progress record has event a.1.6 with hash"));
  progress_ = progress();
  identity_ = "another";
  EXPECT_EQ(fault(), "the topics are of log log, and this is another");
}

struct Change {
  const char* what;
  void (*make)(StoredRecord&);
};

TEST_F(Check, NamesWhatIsOtherInARecord) {
  const Change kChanges[] = {
      {"another value than it has in the log", [](StoredRecord& r) { r.value += ' '; }},
      {"another key than s/1", [](StoredRecord& r) { r.key = "s/2"; }},
      {"the header ce_hash missing", [](StoredRecord& r) { r.headers.pop_back(); }},
      {"a header too many, x",
       [](StoredRecord& r) {
         r.headers.push_back({"x", ""});
       }},
      {"a header syncline-idgiven that is not the log's",
       [](StoredRecord& r) {
         for (auto& [name, value] : r.headers) {
           if (name == kIdGivenHeader) value = "false";
         }
       }},
  };
  six_events();
  const StoredRecord right = partition()[1];
  for (const Change& change : kChanges) {
    partition()[1] = right;
    change.make(partition()[1]);
    EXPECT_THAT(fault(), HasSubstr(change.what));
    EXPECT_THAT(fault(), HasSubstr("is event a.1.3 with "));
  }
}

TEST_F(Check, NamesAnotherEventOfTheSameName) {
  six_events();
  const std::string forged = made("s/1", 1, 3).second;
  const MirrorRecord record = mirror_record(forged, true, MirrorFormat::json, mappings_);
  partition()[1] = {std::string(record.key), record.value, record.headers};
  EXPECT_THAT(fault(), HasSubstr("is event a.1.3 with hash"));

  // Its place in a log is not hashed.
  RecordHeader header = *decode_header(log_[2]);
  header.position = Position(9);
  std::string moved;
  append_frame(header, frame_body(log_[2]), moved);
  for (auto& [name, value] : partition()[1].headers) {
    if (name == kFrameHeader) value = moved;
  }
  EXPECT_THAT(fault(), HasSubstr("is event a.1.3 with a frame that is not the log's"));
}

TEST_F(Check, NamesAPartitionThatIsNotTheKeys) {
  six_events();
  const auto there = partition_of("s/1", kTestPartitions);
  std::swap(partition(), topics_.of(TopicFamily::custom, (there + 1) % kTestPartitions));
  EXPECT_THAT(fault(), HasSubstr("another partition than"));
}

}  // namespace
}  // namespace syncline
