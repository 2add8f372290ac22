// The mirror's topics: found, made where they are missing and that is allowed, and their settings
// looked at. Blocks the calling thread, at most until the deadline.
#pragma once

#include <chrono>

#include "connectors/mirror/kafka_handle.h"
#include "connectors/mirror/mirror_kafka.h"
#include "connectors/mirror/mirror_options.h"

namespace syncline {

using KafkaDeadline = std::chrono::steady_clock::time_point;
// What is left of it, for librdkafka; 0: nothing.
int milliseconds_left(KafkaDeadline deadline);

// Faults: retriable, with what to do where a person must do something.
KafkaResult<FoundTopics> find_topics(const KafkaHandle& kafka, const MirrorOptions& options,
                                     const OriginId& node, KafkaDeadline deadline);
// Where a partition begins and ends. One that was just made is waited for.
struct PartitionEnds {
  std::int64_t low = 0;
  std::int64_t high = 0;  // exclusive
};
KafkaResult<PartitionEnds> partition_ends(const KafkaHandle& kafka, const std::string& topic,
                                          std::int32_t partition, KafkaDeadline deadline);
KafkaResult<bool> any_records(const KafkaHandle& kafka, const FoundTopics& topics,
                              KafkaDeadline deadline);

}  // namespace syncline
