// For tests: a log of a few events, and its mirror's topics in memory, as the mirror writes them.
#pragma once

#include <gmock/gmock.h>

#include "connectors/mirror/record_form.h"
#include "connectors/mirror/record_merge.h"
#include "connectors/mirror/topic_reader.h"
#include "tests/fakes.h"

namespace syncline {

inline constexpr std::int32_t kTestPartitions = 3;  // of each topic
inline constexpr std::string_view kTestPrefix = "t";

struct StoredRecord {
  std::string key, value;
  std::vector<MirrorRecord::Header> headers;
};

class TopicsInMemory final : public TopicRecords {
 public:
  TopicsInMemory() {
    for (const TopicFamily family : kTopicFamilies) {
      for (std::int32_t i = 0; i < kTestPartitions; ++i) {
        ranges_.push_back({topic_name(kTestPrefix, family), i, kTestPartitions, 0, 0});
      }
    }
    records_.resize(ranges_.size());
    rewind();
  }

  std::vector<StoredRecord>& of(TopicFamily family, std::int32_t partition) {
    return records_[static_cast<std::size_t>(family) * kTestPartitions +
                    static_cast<std::size_t>(partition)];
  }
  // Where the mirror would put it.
  std::vector<StoredRecord>& of(TopicFamily family, std::string_view key) {
    return of(family, partition_of(key, kTestPartitions));
  }
  void rewind() { read_.assign(records_.size(), 0); }
  // As if retention had dropped what is not there.
  void begin_at(TopicFamily family, std::int32_t partition, std::int64_t offset) {
    ranges_[static_cast<std::size_t>(family) * kTestPartitions +
            static_cast<std::size_t>(partition)]
        .begin = offset;
  }

  const std::vector<PartitionRange>& partitions() const override { return ranges_; }
  Result<std::optional<TopicRecord>> next(std::size_t i) override {
    if (read_[i] == records_[i].size()) return std::optional<TopicRecord>();
    const StoredRecord& stored = records_[i][read_[i]];
    TopicRecord record{.topic = ranges_[i].topic,
                       .partition = ranges_[i].partition,
                       .offset = static_cast<std::int64_t>(read_[i]++),
                       .key = stored.key,
                       .value = stored.value,
                       .headers = {},
                       .bytes = {}};
    for (const auto& [name, value] : stored.headers) record.headers.emplace_back(name, value);
    return std::optional(record);
  }

 private:
  std::vector<PartitionRange> ranges_;
  std::vector<std::vector<StoredRecord>> records_;
  std::vector<std::size_t> read_;
};

class MirroredLog : public testing::Test {
 protected:
  // The log's next event, with a subject of its own choice; not in the topics.
  const std::string& append(const std::string& subject, Incarnation incarnation = 1) {
    auto [header, frame] = made(subject, incarnation, log_.size() + 1);
    return log_.emplace_back(std::move(frame));
  }
  // The same, in the topics too.
  void mirrored(const std::string& subject, Incarnation incarnation = 1) {
    put(append(subject, incarnation));
  }
  void put(const std::string& frame) {
    const MirrorRecord record = mirror_record(frame, true, MirrorFormat::json, mappings_);
    topics_.of(record.family, record.key)
        .push_back({std::string(record.key), record.value, record.headers});
  }
  // The tail from `sequence` on is lost by the log; the topics have it.
  void lose(std::size_t sequence) { log_.resize(sequence - 1); }

  // A frame of node a, behind what the log ends with.
  std::pair<RecordHeader, std::string> made(const std::string& subject, Incarnation incarnation,
                                            std::uint64_t sequence, const char* node = "a") {
    const Draft draft = test_draft("id " + std::to_string(++drafts_), subject, "{}");
    RecordHeader header;
    header.position = Position(sequence);
    header.name = {*OriginId::from(node), incarnation, Sequence(sequence)};
    if (!log_.empty()) header.previous_hash = decode_header(log_.back())->hash;
    header.hlc = Hlc(sequence);
    header.body_hash = draft.body_hash();
    std::string frame;
    append_frame(header, draft.bytes(), frame);
    return {header, std::move(frame)};
  }

  MirrorProgress progress() const {
    MirrorProgress progress{
        .log = "log", .incarnation = 1, .sequence = {}, .hash = {}, .topics = {}};
    if (log_.empty()) return progress;
    const RecordHeader last = *decode_header(log_.back());
    progress.incarnation = last.name.incarnation;
    progress.sequence = last.name.sequence;
    progress.hash = last.hash;
    return progress;
  }

  const OriginId node_ = *OriginId::from("a");
  PayloadMappings mappings_;
  std::vector<std::string> log_;  // frames
  TopicsInMemory topics_;
  int drafts_ = 0;
};

}  // namespace syncline
