// Reads the last committed record of a progress topic: from a little before its end, and from ever
// further back while nothing committed is found there (each transaction leaves a marker too).
// Blocks until the deadline at most.
#pragma once

#include <optional>
#include <string>

#include "connectors/mirror/kafka_handle.h"
#include "connectors/mirror/kafka_topics.h"

namespace syncline {

// nullopt: there is none of `key`.
KafkaResult<std::optional<std::string>> last_committed(const KafkaHandle& reader,
                                                       const std::string& topic,
                                                       std::string_view key,
                                                       KafkaDeadline deadline);

}  // namespace syncline
