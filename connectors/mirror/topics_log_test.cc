#include "connectors/mirror/topics_log.h"

#include "connectors/mirror/topics_fixture.h"

namespace syncline {
namespace {

using testing::HasSubstr;

class Topics : public MirroredLog {
 protected:
  // "" or what is wrong; restored_ is what came out.
  std::string restore() {
    restored_.clear();
    seen_ = {};
    topics_.rewind();
    RecordMerge merge(topics_, node_);
    const FrameSink sink{[](const FrameFileHead&) { return Result<void>(); },
                         [this](std::string_view frame, bool id_given) {
                           EXPECT_TRUE(id_given);
                           restored_.emplace_back(frame);
                           return Result<void>();
                         }};
    const auto read = read_topics_log({{"log", node_}, progress_.value_or(progress()), starts_},
                                      merge, topics_, sink, seen_);
    return read.has_error() ? read.error().message : "";
  }
  void six_events() {
    for (int i = 1; i <= 6; ++i) mirrored("s/" + std::to_string(i % 2));
  }
  std::vector<StoredRecord>& partition() { return topics_.of(TopicFamily::custom, "s/1"); }

  std::optional<MirrorProgress> progress_;  // another than the log's head
  IncarnationStarts starts_;
  std::vector<std::string> restored_;
  TopicsRead seen_;
};

TEST_F(Topics, GiveTheLog) {
  six_events();
  EXPECT_EQ(restore(), "");
  EXPECT_EQ(restored_, log_);
  EXPECT_EQ(seen_.events, 6);
  EXPECT_EQ(seen_.incarnation, 1);
}

TEST_F(Topics, LeaveOutWhatALaterIncarnationReplaced) {
  six_events();
  lose(5);
  mirrored("s/1", 2);
  mirrored("s/2", 2);
  mirrored("s/3", 2);
  lose(4);  // deeper than the first time
  mirrored("s/1", 3);
  starts_.saw({node_, 2, Sequence(5)});
  starts_.saw({node_, 3, Sequence(4)});
  starts_.saw({node_, 3, Sequence(9)});
  EXPECT_EQ(restore(), "");
  EXPECT_EQ(restored_, log_);
  EXPECT_EQ(seen_.replaced, 6);
  EXPECT_EQ(seen_.incarnation, 3);
}

TEST_F(Topics, LeaveOutWhatIsNoEventOfTheNode) {
  six_events();
  partition().push_back({"k", "v", {}});
  put(made("s/1", 1, 1, "b").second);
  EXPECT_EQ(restore(), "");
  EXPECT_EQ(restored_, log_);
  EXPECT_EQ(seen_.left_out, 2);
  EXPECT_THAT(seen_.first_left_out, HasSubstr("is no event"));
}

TEST_F(Topics, NameWhatTheyLack) {
  six_events();
  partition().erase(partition().begin() + 1);
  EXPECT_EQ(restore(), "event a.1.3 is not in the topics");
  EXPECT_EQ(restored_.size(), 2u);
  partition().erase(partition().begin());
  topics_.begin_at(TopicFamily::custom, partition_of("s/1", kTestPartitions), 2);
  EXPECT_EQ(restore(),
            "event a.1.1 is not in the topics; dropped by retention or by hand: t.custom, "
            "partition " +
                std::to_string(partition_of("s/1", kTestPartitions)) + " before offset 2");
  for (auto key : {"s/0", "s/1"}) topics_.of(TopicFamily::custom, key).clear();
  EXPECT_THAT(restore(), HasSubstr("events a.1.1 to a.1.6 are not in the topics"));
}

TEST_F(Topics, AreHeldAgainstTheProgressRecord) {
  six_events();
  progress_ = progress();
  progress_->hash[0] ^= 1;
  EXPECT_THAT(restore(), HasSubstr("and the progress record has it with"));
  progress_ = progress();
  progress_->sequence = Sequence(8);
  EXPECT_THAT(restore(), HasSubstr("events a.1.7 to a.1.8 are not in the topics"));
}

}  // namespace
}  // namespace syncline
