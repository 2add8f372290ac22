#include "connectors/mirror/progress_reader.h"

#include <algorithm>

namespace syncline {
namespace {

constexpr std::int64_t kLookBack = 64;  // offsets; what is found at once when all goes well
constexpr std::int32_t kPartition = 0;

struct DestroyList {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
struct DestroyMessage {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};

std::string_view bytes(const void* at, std::size_t size) {
  return at == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(at), size);
}

// The last record of `key` from `offset` to the end of what is committed.
KafkaResult<std::optional<std::string>> last_from(const KafkaHandle& reader,
                                                  const std::string& topic, std::string_view key,
                                                  std::int64_t offset, KafkaDeadline deadline) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyList> from(
      rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(from.get(), topic.c_str(), kPartition)->offset = offset;
  if (const auto failed = rd_kafka_assign(reader.get(), from.get());
      failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return reader.fault(topic + " cannot be read", failed);
  }
  std::optional<std::string> last;
  while (const int left = milliseconds_left(deadline)) {
    const std::unique_ptr<rd_kafka_message_t, DestroyMessage> message(
        rd_kafka_consumer_poll(reader.get(), left));
    if (message == nullptr) break;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return last;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return reader.fault(topic + " cannot be read", message->err);
    }
    if (bytes(message->key, message->key_len) == key) {
      last = bytes(message->payload, message->len);
    }
  }
  return reader.fault(topic + " cannot be read", RD_KAFKA_RESP_ERR__TIMED_OUT);
}

}  // namespace

KafkaResult<std::optional<std::string>> last_committed(const KafkaHandle& reader,
                                                       const std::string& topic,
                                                       std::string_view key,
                                                       KafkaDeadline deadline) {
  const auto ends = partition_ends(reader, topic, kPartition, deadline);
  if (ends.has_error()) return ends.error();
  if (ends->high == ends->low) return std::nullopt;
  for (std::int64_t back = kLookBack;; back *= 16) {
    const std::int64_t from = std::max(ends->low, ends->high - back);
    auto last = last_from(reader, topic, key, from, deadline);
    if (last.has_error() || last->has_value() || from == ends->low) return last;
  }
}

}  // namespace syncline
