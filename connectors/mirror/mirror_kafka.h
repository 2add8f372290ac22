// What the mirror asks of Kafka, as narrow as it can be: kafka_session.cc does it by librdkafka,
// tests by a list of faults. One thread, the mirror's, calls it; each call waits at most so long.
// An object serves until its first fatal or fenced fault: then another one is made.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/mirror/kafka_fault.h"
#include "connectors/mirror/record_form.h"

namespace syncline {

struct FoundTopics {
  std::map<std::string, std::uint32_t, std::less<>> partitions;  // of each family's topic
  std::vector<std::string> notes;  // what is not as it should be and stops nothing, as sentences
};

class MirrorKafka {
 public:
  using Milliseconds = std::chrono::milliseconds;

  virtual ~MirrorKafka() = default;

  // Finds the topics, and makes those that are missing where that is allowed.
  virtual KafkaResult<FoundTopics> find_topics(Milliseconds at_most) = 0;
  // From here on no older producer of this node can commit anything, and what it had open is
  // aborted.
  virtual KafkaResult<void> fence(Milliseconds at_most) = 0;
  // The node's last committed progress record; nullopt: there is none.
  virtual KafkaResult<std::optional<std::string>> last_progress(Milliseconds at_most) = 0;
  // Whether any record was ever written to a topic of a family.
  virtual KafkaResult<bool> topics_hold_records(Milliseconds at_most) = 0;

  virtual KafkaResult<void> begin() = 0;
  virtual KafkaResult<void> send(const MirrorRecord& record) = 0;
  virtual KafkaResult<void> send_progress(const std::string& json) = 0;
  // Retriable: not known yet; to be asked again.
  virtual KafkaResult<void> commit(Milliseconds at_most) = 0;
  virtual KafkaResult<void> abort(Milliseconds at_most) = 0;
};

// A configuration that librdkafka does not take is fatal.
using MakeMirrorKafka = std::function<KafkaResult<std::unique_ptr<MirrorKafka>>()>;

}  // namespace syncline
