#include "connectors/mirror/topic_record.h"

namespace syncline {

std::optional<std::string_view> TopicRecord::header(std::string_view name) const {
  for (const auto& [known, text] : headers) {
    if (known == name) return text;
  }
  return std::nullopt;
}

std::string TopicRecord::place() const {
  return "offset " + std::to_string(offset) + " of " + std::string(topic) + ", partition " +
         std::to_string(partition);
}

std::string PartitionRange::text() const {
  return topic + ", partition " + std::to_string(partition);
}

}  // namespace syncline
