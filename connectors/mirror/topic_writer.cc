#include "connectors/mirror/topic_writer.h"

#include <chrono>

#include "connectors/mirror/kafka_handle.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kPatience{30'000};  // with a record that is not taken
constexpr milliseconds kOneWait{100};

void set(rd_kafka_conf_t* conf, const char* property, const char* value) {
  SYNCLINE_CHECK(rd_kafka_conf_set(conf, property, value, nullptr, 0) == RD_KAFKA_CONF_OK);
}

}  // namespace

struct TopicWriter::Producer {
  std::string topic;
  std::optional<rd_kafka_resp_err_t> refused;  // the first record that was; outlives the handle
  std::optional<KafkaHandle> handle;

  Error failed(rd_kafka_resp_err_t why) const {
    const bool late =
        why == RD_KAFKA_RESP_ERR__TIMED_OUT || why == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
    return {late ? ErrorCode::timeout : ErrorCode::io,
            handle->fault(topic + " does not take a record", why).message};
  }
};

TopicWriter::TopicWriter(std::unique_ptr<Producer> producer) : producer_(std::move(producer)) {}
TopicWriter::~TopicWriter() = default;

Result<std::unique_ptr<TopicWriter>> TopicWriter::open(const MirrorOptions& options,
                                                       const std::string& topic) {
  auto producer = std::make_unique<Producer>();
  producer->topic = topic;
  KafkaConf conf = producer_conf(options, {});
  set(conf.get(), "transactional.id", "");
  set(conf.get(), "enable.idempotence", "true");
  set(conf.get(), "message.timeout.ms", std::to_string(kPatience.count()).c_str());
  set(conf.get(), "allow.auto.create.topics", "false");
  set(conf.get(), "topic.metadata.propagation.max.ms", "1000");  // none was made just now
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* told, void*) {
    auto* const refused = static_cast<std::optional<rd_kafka_resp_err_t>*>(told->_private);
    if (told->err != RD_KAFKA_RESP_ERR_NO_ERROR && !*refused) *refused = told->err;
  });
  auto handle = KafkaHandle::open(RD_KAFKA_PRODUCER, std::move(conf));
  if (handle.has_error()) {
    return Error{ErrorCode::invalid, "mirror.librdkafka: " + handle.error().message};
  }
  producer->handle.emplace(std::move(*handle));
  return std::unique_ptr<TopicWriter>(new TopicWriter(std::move(producer)));
}

Result<void> TopicWriter::write(std::string_view key, std::string_view value,
                                const std::vector<Header>& headers) {
  Producer& p = *producer_;
  for (const auto patient_until = Steady::now() + kPatience;;) {
    rd_kafka_headers_t* of_record = rd_kafka_headers_new(headers.size());
    for (const auto& [name, text] : headers) {
      rd_kafka_header_add(of_record, name.data(), static_cast<ssize_t>(name.size()), text.data(),
                          static_cast<ssize_t>(text.size()));
    }
    const auto why = rd_kafka_producev(
        p.handle->get(), RD_KAFKA_V_TOPIC(p.topic.c_str()), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_HEADERS(of_record), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_OPAQUE(&p.refused), RD_KAFKA_V_END);
    if (why != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(of_record);
    const bool full = why == RD_KAFKA_RESP_ERR__QUEUE_FULL;
    rd_kafka_poll(p.handle->get(), full ? kOneWait.count() : 0);
    if (p.refused) return p.failed(*p.refused);
    if (why == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (!full || Steady::now() > patient_until) return p.failed(why);
  }
}

Result<void> TopicWriter::finish() {
  Producer& p = *producer_;
  const auto why = rd_kafka_flush(p.handle->get(), kPatience.count());
  if (p.refused) return p.failed(*p.refused);
  if (why != RD_KAFKA_RESP_ERR_NO_ERROR) return p.failed(why);
  return {};
}

}  // namespace syncline
