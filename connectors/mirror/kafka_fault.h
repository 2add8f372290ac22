// What Kafka, or the way to it, said instead of "done". The kind is what the mirror decides by (as
// librdkafka documents it for transactional producers), the message is for people. No secrets.
#pragma once

#include <stdexcept>
#include <string>

#include <boost/system/result.hpp>

namespace syncline {

enum class FaultKind {
  retriable,  // not now: out of reach, or not answered in time
  abortable,  // the transaction cannot be committed; it can be aborted, and done again
  fatal,      // this producer is of no use any more
  fenced,     // another producer with the same transactional id has taken over
};

struct KafkaFault {
  FaultKind kind = FaultKind::retriable;
  std::string message;
};

// value() of a fault throws: for tests only.
[[noreturn]] inline void throw_exception_from_error(const KafkaFault& fault,
                                                    const boost::source_location&) {
  throw std::runtime_error(fault.message);
}

template <class T>
class [[nodiscard]] KafkaResult : public boost::system::result<T, KafkaFault> {
 public:
  using boost::system::result<T, KafkaFault>::result;
};

}  // namespace syncline
