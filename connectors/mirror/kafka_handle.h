// A client of librdkafka and its faults in our words. What it would print on stderr by itself is
// kept: the last of it says why something was not answered in time. One thread uses a handle.
#pragma once

#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

#include "connectors/mirror/kafka_conf.h"
#include "connectors/mirror/kafka_fault.h"

namespace syncline {

class KafkaHandle {
 public:
  // Errors: fatal, librdkafka does not take the configuration as a whole.
  static KafkaResult<KafkaHandle> open(rd_kafka_type_t type, KafkaConf conf);

  rd_kafka_t* get() const { return handle_.get(); }

  // Takes `error`, which is one.
  KafkaFault fault(rd_kafka_error_t* error) const;
  // `what` failed so.
  KafkaFault fault(const std::string& what, rd_kafka_resp_err_t code) const;

 private:
  struct Destroy {
    void operator()(rd_kafka_t* handle) const;
  };

  explicit KafkaHandle(rd_kafka_t* handle, std::unique_ptr<std::string> last_trouble);
  std::string because() const;

  std::unique_ptr<std::string> last_trouble_;  // librdkafka writes to it; outlives it
  std::unique_ptr<rd_kafka_t, Destroy> handle_;
};

}  // namespace syncline
