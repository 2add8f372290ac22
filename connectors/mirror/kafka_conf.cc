#include "connectors/mirror/kafka_conf.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <librdkafka/rdkafka.h>

#include "engine/error.h"
#include "engine/limits.h"

namespace syncline {
namespace {

struct Reserved {
  std::string_view property;
  std::string_view instead;
};
constexpr Reserved kReserved[] = {
    {"bootstrap.servers", "write mirror.brokers"},
    {"metadata.broker.list", "write mirror.brokers"},
    {"client.id", "it is syncline-<node.id>"},
    {"transactional.id", "it is <mirror.prefix>.<node.id>"},
    {"enable.idempotence", "the mirror is exact by it"},
    {"acks", "the mirror is exact by it"},
    {"request.required.acks", "the mirror is exact by it"},
    {"max.in.flight", "the mirror is exact by it"},
    {"max.in.flight.requests.per.connection", "the mirror is exact by it"},
    {"transaction.timeout.ms", "the mirror counts with 60 s"},
    {"partitioner", "an event's place is found by it"},
    {"isolation.level", "the mirror reads what is committed"},
    {"enable.partition.eof", "the mirror's readers need it"},
    {"enable.auto.commit", "the mirror's readers commit nothing"},
    {"group.id", "the mirror's readers are in no group"},
};

KafkaConf new_conf() { return KafkaConf(rd_kafka_conf_new()); }

// Of properties that are right by themselves.
void set(const KafkaConf& conf, const char* property, const std::string& value) {
  std::array<char, 512> why{};
  SYNCLINE_CHECK(rd_kafka_conf_set(conf.get(), property, value.c_str(), why.data(), why.size()) ==
                 RD_KAFKA_CONF_OK);
}

KafkaConf common_conf(const MirrorOptions& options, const OriginId& node) {
  KafkaConf conf = new_conf();
  set(conf, "bootstrap.servers", options.brokers);
  set(conf, "client.id", "syncline-" + std::string(node.text()));
  return conf;
}

void set_given(const KafkaConf& conf, const MirrorOptions& options) {
  for (const auto& [property, value] : options.librdkafka) set(conf, property.c_str(), value);
}

}  // namespace

void FreeKafkaConf::operator()(rd_kafka_conf_s* conf) const { rd_kafka_conf_destroy(conf); }

std::string librdkafka_fault(std::string_view property, const std::string& value) {
  const auto* const reserved = std::ranges::find(kReserved, property, &Reserved::property);
  if (reserved != std::end(kReserved)) {
    return "is not to be set: " + std::string(reserved->instead);
  }
  const std::string name(property);
  std::array<char, 512> why{};  // repeats the value: not shown
  switch (
      rd_kafka_conf_set(new_conf().get(), name.c_str(), value.c_str(), why.data(), why.size())) {
    case RD_KAFKA_CONF_OK:
      return "";
    case RD_KAFKA_CONF_UNKNOWN:
      return "is no property that librdkafka " + std::string(rd_kafka_version_str()) + " knows";
    case RD_KAFKA_CONF_INVALID:
      break;
  }
  return "has a value that librdkafka " + std::string(rd_kafka_version_str()) + " does not take";
}

KafkaConf producer_conf(const MirrorOptions& options, const OriginId& node) {
  KafkaConf conf = common_conf(options, node);
  set(conf, "compression.type", "lz4");
  set(conf, "linger.ms", "5");
  set(conf, "queue.buffering.max.messages", "100000");
  set(conf, "queue.buffering.max.kbytes", "65536");
  set(conf, "message.max.bytes", std::to_string(limits::kMirrorRecordBytes));
  set(conf, "transaction.timeout.ms", std::to_string(options.transaction_timeout.count()));
  set_given(conf, options);
  set(conf, "transactional.id", options.prefix + "." + std::string(node.text()));
  set(conf, "partitioner", "murmur2_random");  // the one of Kafka's own client
  return conf;
}

KafkaConf reader_conf(const MirrorOptions& options, const OriginId& node) {
  KafkaConf conf = common_conf(options, node);
  set_given(conf, options);
  // Without one there is no assignment; it is never joined, and nothing is committed for it.
  set(conf, "group.id", options.prefix + "." + std::string(node.text()));
  set(conf, "enable.auto.commit", "false");
  set(conf, "enable.partition.eof", "true");
  set(conf, "isolation.level", "read_committed");
  set(conf, "auto.offset.reset", "earliest");
  return conf;
}

}  // namespace syncline
