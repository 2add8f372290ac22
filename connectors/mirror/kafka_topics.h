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
KafkaResult<bool> any_records(const KafkaHandle& kafka, const FoundTopics& topics,
                              KafkaDeadline deadline);

}  // namespace syncline
