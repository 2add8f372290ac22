// The mirror's side of Kafka by librdkafka: one transactional producer, and a reader of what is
// committed while it is needed. All transactional calls of the product are in this file's .cc.
#pragma once

#include "connectors/mirror/mirror_kafka.h"
#include "connectors/mirror/mirror_options.h"

namespace syncline {

KafkaResult<std::unique_ptr<MirrorKafka>> open_kafka_session(const MirrorOptions& options,
                                                             const OriginId& node);

}  // namespace syncline
