// A record as it lies in a topic, and somebody who gives those of each partition in their order.
// The texts are views into the record itself, which is moved, never copied.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace syncline {

struct TopicRecord {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string_view key;
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::shared_ptr<const void> bytes;  // what the views point into

  std::optional<std::string_view> header(std::string_view name) const;  // the first of that name
  std::string place() const;  // "offset 17 of syncline.sessions, partition 3"
};

// A partition from its first record to an end that was fixed before anything was read.
struct PartitionRange {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t partitions = 1;  // of the topic
  std::int64_t begin = 0;       // 0, unless something was dropped
  std::int64_t end = 0;         // exclusive

  std::string text() const;  // "syncline.sessions, partition 3"
};

// Reads partitions side by side, each by itself. One thread, which waits.
class TopicRecords {
 public:
  virtual ~TopicRecords() = default;
  virtual const std::vector<PartitionRange>& partitions() const = 0;
  // The next record of partitions()[i]; nullopt at its end. Errors: io, timeout.
  virtual Result<std::optional<TopicRecord>> next(std::size_t i) = 0;
};

}  // namespace syncline
