#include "connectors/mirror/kafka_session.h"

#include "connectors/mirror/kafka_topics.h"
#include "connectors/mirror/progress_reader.h"

namespace syncline {
namespace {

// librdkafka holds what it could not send yet; it lets go of it once the broker takes it.
constexpr std::chrono::seconds kRoomInQueue{10};
constexpr int kPollMs = 50;
constexpr std::int32_t kProgressPartition = 0;

class KafkaSession final : public MirrorKafka {
 public:
  KafkaSession(KafkaHandle producer, MirrorOptions options, const OriginId& node)
      : producer_(std::move(producer)), options_(std::move(options)), node_(node) {
    for (const TopicFamily family : kTopicFamilies) {
      topics_.push_back(topic_name(options_.prefix, family));
    }
  }

  KafkaResult<FoundTopics> find_topics(Milliseconds at_most) override {
    auto found = syncline::find_topics(producer_, options_, node_, deadline(at_most));
    if (found.has_value()) found_ = *found;
    return found;
  }

  KafkaResult<void> fence(Milliseconds at_most) override {
    return done(rd_kafka_init_transactions(producer_.get(), static_cast<int>(at_most.count())));
  }

  KafkaResult<std::optional<std::string>> last_progress(Milliseconds at_most) override {
    const auto reader = KafkaHandle::open(RD_KAFKA_CONSUMER, reader_conf(options_, node_));
    if (reader.has_error()) return reader.error();
    return last_committed(*reader, progress_topic(options_.prefix, node_), node_.text(),
                          deadline(at_most));
  }

  KafkaResult<bool> topics_hold_records(Milliseconds at_most) override {
    return any_records(producer_, found_, deadline(at_most));
  }

  KafkaResult<void> begin() override {
    rd_kafka_poll(producer_.get(), 0);
    return done(rd_kafka_begin_transaction(producer_.get()));
  }

  KafkaResult<void> send(const MirrorRecord& record) override {
    Headers headers(rd_kafka_headers_new(record.headers.size()));
    for (const auto& [name, value] : record.headers) {
      rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                          value.data(), static_cast<ssize_t>(value.size()));
    }
    return produce(topics_[static_cast<std::size_t>(record.family)], RD_KAFKA_PARTITION_UA,
                   record.key, record.value, std::move(headers));
  }

  KafkaResult<void> send_progress(const std::string& json) override {
#ifdef SYNCLINE_TEST_PROGRESS_APART
    if (auto sent = send_apart(json); sent.has_error()) return sent;
#endif
    return produce(progress_topic(options_.prefix, node_), kProgressPartition, node_.text(), json,
                   Headers(rd_kafka_headers_new(0)));
  }

  KafkaResult<void> commit(Milliseconds at_most) override {
    return done(rd_kafka_commit_transaction(producer_.get(), static_cast<int>(at_most.count())));
  }

  KafkaResult<void> abort(Milliseconds at_most) override {
    return done(rd_kafka_abort_transaction(producer_.get(), static_cast<int>(at_most.count())));
  }

 private:
  struct DestroyHeaders {
    void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  };
  using Headers = std::unique_ptr<rd_kafka_headers_t, DestroyHeaders>;

  static KafkaDeadline deadline(Milliseconds at_most) {
    return std::chrono::steady_clock::now() + at_most;
  }

  KafkaResult<void> done(rd_kafka_error_t* error) const {
    if (error == nullptr) return {};
    return producer_.fault(error);
  }

#ifdef SYNCLINE_TEST_PROGRESS_APART
  // The negative control of tests/kafka: a record that no transaction carries.
  KafkaResult<void> send_apart(const std::string& json) const {
    const auto other = KafkaHandle::open(RD_KAFKA_PRODUCER, reader_conf(options_, node_));
    if (other.has_error()) return other.error();
    const std::string topic = progress_topic(options_.prefix, node_);
    rd_kafka_producev(
        other->get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(kProgressPartition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(node_.text().data(), node_.text().size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(json.data()), json.size()), RD_KAFKA_V_END);
    rd_kafka_flush(other->get(), static_cast<int>(Milliseconds(kRoomInQueue).count()));
    return {};
  }
#endif

  KafkaResult<void> produce(const std::string& topic, std::int32_t partition, std::string_view key,
                            std::string_view value, Headers headers);

  const KafkaHandle producer_;
  const MirrorOptions options_;
  const OriginId node_;
  std::vector<std::string> topics_;  // in the order of kTopicFamilies
  FoundTopics found_;
};

KafkaResult<void> KafkaSession::produce(const std::string& topic, std::int32_t partition,
                                        std::string_view key, std::string_view value,
                                        Headers headers) {
  const KafkaDeadline until = deadline(kRoomInQueue);
  for (;;) {
    const rd_kafka_resp_err_t failed = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_END);
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
      static_cast<void>(headers.release());  // they are the record's now
      return {};
    }
    if (failed == RD_KAFKA_RESP_ERR__QUEUE_FULL && milliseconds_left(until) > 0) {
      rd_kafka_poll(producer_.get(), kPollMs);
      continue;
    }
    KafkaFault fault = producer_.fault("a record cannot be sent to " + topic, failed);
    fault.kind = FaultKind::abortable;  // that it is fatal, or who fenced, the abort will say
    return fault;
  }
}

}  // namespace

KafkaResult<std::unique_ptr<MirrorKafka>> open_kafka_session(const MirrorOptions& options,
                                                             const OriginId& node) {
  auto producer = KafkaHandle::open(RD_KAFKA_PRODUCER, producer_conf(options, node));
  if (producer.has_error()) return producer.error();
  return std::unique_ptr<MirrorKafka>(
      std::make_unique<KafkaSession>(std::move(*producer), options, node));
}

}  // namespace syncline
