// From the mirror's options to librdkafka's configuration, for its producer and its readers. What
// the mirror's promise rests on cannot be set from outside. No message repeats a value: it may be a
// secret. Pure but for librdkafka's own checks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/mirror/mirror_options.h"
#include "schemas/types.h"

struct rd_kafka_conf_s;  // librdkafka's

namespace syncline {

struct FreeKafkaConf {
  void operator()(rd_kafka_conf_s* conf) const;
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_s, FreeKafkaConf>;

// What is wrong with a property of [mirror.librdkafka]: it is unknown, has a value that librdkafka
// does not take, or is not to be set; "": nothing.
std::string librdkafka_fault(std::string_view property, const std::string& value);

// Options without fault.
KafkaConf producer_conf(const MirrorOptions& options, const OriginId& node);
// Of a consumer that reads what is committed, from offsets that it is given.
KafkaConf reader_conf(const MirrorOptions& options, const OriginId& node);

}  // namespace syncline
