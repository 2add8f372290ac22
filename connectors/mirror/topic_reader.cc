// By librdkafka's simple consumer: it has a queue for each partition, which is what a merge needs,
// and knows no group.
#include "connectors/mirror/topic_reader.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "connectors/mirror/kafka_handle.h"
#include "connectors/mirror/kafka_topics.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kPatience{30'000};  // without a word from the broker
constexpr milliseconds kOneWait{200};

// For each partition: a mirror has 84 of them by default.
constexpr std::pair<const char*, const char*> kFetchedAhead[] = {
    {"queued.min.messages", "2000"},
    {"queued.max.messages.kbytes", "1024"},
    {"fetch.message.max.bytes", "524288"},
};

struct DestroyTopic {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Topic = std::unique_ptr<rd_kafka_topic_t, DestroyTopic>;

struct DestroyMetadata {
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};

void set(rd_kafka_conf_t* conf, const char* property, const char* value) {
  SYNCLINE_CHECK(rd_kafka_conf_set(conf, property, value, nullptr, 0) == RD_KAFKA_CONF_OK);
}

std::string_view bytes(const void* at, std::size_t size) {
  return at == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(at), size);
}

TopicRecord record_of(std::shared_ptr<rd_kafka_message_t> message) {
  TopicRecord record;
  record.topic = rd_kafka_topic_name(message->rkt);
  record.partition = message->partition;
  record.offset = message->offset;
  record.key = bytes(message->key, message->key_len);
  record.value = bytes(message->payload, message->len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.emplace_back(name, bytes(value, size));
    }
  }
  record.bytes = std::move(message);
  return record;
}

}  // namespace

struct TopicReader::Consumer {
  explicit Consumer(KafkaHandle opened) : handle(std::move(opened)) {}
  ~Consumer() { stop(); }

  void stop();
  Result<PartitionRange> range(const TopicListed& topic, std::int32_t partition) const;
  Error failed(const std::string& what, rd_kafka_resp_err_t why) const {
    const bool late = why == RD_KAFKA_RESP_ERR__TIMED_OUT;
    return {late ? ErrorCode::timeout : ErrorCode::io, handle.fault(what, why).message};
  }

  KafkaHandle handle;
  std::map<std::string, Topic> topics;
  std::vector<PartitionRange> ranges;
  std::vector<std::int64_t> next;  // offset, of each range
};

void TopicReader::Consumer::stop() {
  for (const PartitionRange& range : ranges) {
    if (range.begin < range.end) rd_kafka_consume_stop(topics[range.topic].get(), range.partition);
  }
  ranges.clear();
  next.clear();
  topics.clear();
}

Result<PartitionRange> TopicReader::Consumer::range(const TopicListed& topic,
                                                    std::int32_t partition) const {
  // The end is that of what is committed, as the isolation level asks.
  const auto ends = partition_ends(handle, topic.name, partition, Steady::now() + kPatience);
  if (ends.has_error()) return Error{ErrorCode::io, ends.error().message};
  return PartitionRange{topic.name, partition, topic.partitions, ends->low, ends->high};
}

TopicReader::TopicReader(std::unique_ptr<Consumer> consumer) : consumer_(std::move(consumer)) {}
TopicReader::~TopicReader() = default;

Result<std::unique_ptr<TopicReader>> TopicReader::open(const MirrorOptions& options) {
  KafkaConf conf = reader_conf(options, {});
  set(conf.get(), "group.id", "");
  for (const auto& [property, value] : kFetchedAhead) set(conf.get(), property, value);
  auto handle = KafkaHandle::open(RD_KAFKA_CONSUMER, std::move(conf));
  if (handle.has_error()) {
    return Error{ErrorCode::invalid, "mirror.librdkafka: " + handle.error().message};
  }
  return std::unique_ptr<TopicReader>(
      new TopicReader(std::make_unique<Consumer>(std::move(*handle))));
}

Result<std::vector<TopicListed>> TopicReader::topics(std::string_view prefix) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto why =
      rd_kafka_metadata(consumer_->handle.get(), 1, nullptr, &answer, kPatience.count());
  if (why != RD_KAFKA_RESP_ERR_NO_ERROR)
    return consumer_->failed("the broker does not answer", why);
  const std::unique_ptr<const rd_kafka_metadata_t, DestroyMetadata> all(answer);
  std::vector<TopicListed> found;
  for (int i = 0; i < all->topic_cnt; ++i) {
    const auto& topic = all->topics[i];
    if (std::string_view(topic.topic).starts_with(prefix)) {
      found.push_back({topic.topic, topic.partition_cnt});
    }
  }
  std::ranges::sort(found, {}, &TopicListed::name);
  return found;
}

Result<void> TopicReader::begin(std::span<const TopicListed> topics) {
  Consumer& c = *consumer_;
  c.stop();
  std::vector<PartitionRange> ranges;
  for (const TopicListed& topic : topics) {
    for (std::int32_t partition = 0; partition < topic.partitions; ++partition) {
      auto range = c.range(topic, partition);
      if (range.has_error()) return range.error();
      ranges.push_back(std::move(*range));
    }
    rd_kafka_topic_conf_t* const conf = rd_kafka_topic_conf_new();  // the topic's, from there on
    SYNCLINE_CHECK(rd_kafka_topic_conf_set(conf, "auto.commit.enable", "false", nullptr, 0) ==
                   RD_KAFKA_CONF_OK);
    c.topics[topic.name] = Topic(rd_kafka_topic_new(c.handle.get(), topic.name.c_str(), conf));
  }
  for (PartitionRange& range : ranges) {
    if (range.begin < range.end &&
        rd_kafka_consume_start(c.topics[range.topic].get(), range.partition, range.begin) != 0) {
      return c.failed(range.text() + " cannot be read", rd_kafka_last_error());
    }
    c.next.push_back(range.begin);
    c.ranges.push_back(std::move(range));
  }
  return {};
}

const std::vector<PartitionRange>& TopicReader::partitions() const { return consumer_->ranges; }

Result<std::optional<TopicRecord>> TopicReader::next(std::size_t i) {
  Consumer& c = *consumer_;
  const PartitionRange& range = c.ranges[i];
  for (const auto patient_until = Steady::now() + kPatience; c.next[i] < range.end;) {
    const std::shared_ptr<rd_kafka_message_t> message(
        rd_kafka_consume(c.topics[range.topic].get(), range.partition, kOneWait.count()),
        [](rd_kafka_message_t* read) {
          if (read != nullptr) rd_kafka_message_destroy(read);
        });
    if (message == nullptr) {
      rd_kafka_poll(c.handle.get(), 0);
      if (Steady::now() < patient_until) continue;
      return c.failed(range.text() + " cannot be read", RD_KAFKA_RESP_ERR__TIMED_OUT);
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      c.next[i] = message->offset + 1;
      if (message->offset < range.end) return std::optional(record_of(message));
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // Behind the last record there is only what transactions leave.
      c.next[i] = std::max(c.next[i], message->offset);
    } else {
      return c.failed(range.text() + " cannot be read at offset " + std::to_string(c.next[i]),
                      message->err);
    }
  }
  return std::optional<TopicRecord>();
}

std::int32_t partition_of(std::string_view key, std::int32_t partitions) {
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr,
                                          nullptr);
}

}  // namespace syncline
