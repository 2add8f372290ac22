// Reads topics of Kafka from their first record to where they ended when it began, each partition
// by itself and no further than it is asked: what librdkafka fetches ahead of that is bounded for
// every partition. Only what transactions have committed is seen.
//
// It belongs to no consumer group and leaves nothing on the broker. One thread, which waits for
// the broker; librdkafka has threads of its own behind it. Errors say what the broker, or the way
// to it, lacks.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connectors/mirror/mirror_options.h"
#include "connectors/mirror/topic_record.h"

namespace syncline {

struct TopicListed {
  std::string name;
  std::int32_t partitions = 0;
};

class TopicReader final : public TopicRecords {
 public:
  // Of `options`, where the broker is and librdkafka's own.
  static Result<std::unique_ptr<TopicReader>> open(const MirrorOptions& options);
  ~TopicReader() override;

  // All that begin with `prefix`, by name.
  Result<std::vector<TopicListed>> topics(std::string_view prefix);
  // What next() reads from now on, up to their ends of now.
  Result<void> begin(std::span<const TopicListed> topics);

  const std::vector<PartitionRange>& partitions() const override;
  Result<std::optional<TopicRecord>> next(std::size_t i) override;

 private:
  struct Consumer;
  explicit TopicReader(std::unique_ptr<Consumer> consumer);
  std::unique_ptr<Consumer> consumer_;
};

// The partition of a topic of `partitions` that a key belongs to, as Java's clients have it.
std::int32_t partition_of(std::string_view key, std::int32_t partitions);

}  // namespace syncline
