#include "connectors/mirror/kafka_handle.h"

#include <array>

namespace syncline {
namespace {

// Called by rd_kafka_poll() on the thread that uses the handle.
void keep_trouble(rd_kafka_t*, int code, const char* reason, void* opaque) {
  auto& last_trouble = *static_cast<std::string*>(opaque);
  // That all of them are down says less than why one was.
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || last_trouble.empty()) last_trouble = reason;
}
void keep_silent(const rd_kafka_t*, int, const char*, const char*) {}

bool is_fence(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

}  // namespace

void KafkaHandle::Destroy::operator()(rd_kafka_t* handle) const {
  rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

KafkaResult<KafkaHandle> KafkaHandle::open(rd_kafka_type_t type, KafkaConf conf) {
  auto last_trouble = std::make_unique<std::string>();
  rd_kafka_conf_set_opaque(conf.get(), last_trouble.get());
  rd_kafka_conf_set_error_cb(conf.get(), keep_trouble);
  rd_kafka_conf_set_log_cb(conf.get(), keep_silent);
  std::array<char, 512> why{};
  rd_kafka_t* const handle = rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (handle == nullptr) return KafkaFault{FaultKind::fatal, why.data()};
  static_cast<void>(conf.release());  // it is the handle's now
  return KafkaHandle(handle, std::move(last_trouble));
}

KafkaHandle::KafkaHandle(rd_kafka_t* handle, std::unique_ptr<std::string> last_trouble)
    : last_trouble_(std::move(last_trouble)), handle_(handle) {}

std::string KafkaHandle::because() const {
  rd_kafka_poll(get(), 0);
  return last_trouble_->empty() ? "" : " (" + *last_trouble_ + ")";
}

KafkaFault KafkaHandle::fault(rd_kafka_error_t* error) const {
  KafkaFault fault{FaultKind::fatal, rd_kafka_error_string(error)};
  rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  if (rd_kafka_error_is_fatal(error) != 0) {
    std::array<char, 512> why{};
    if (const auto first = rd_kafka_fatal_error(get(), why.data(), why.size());
        first != RD_KAFKA_RESP_ERR_NO_ERROR) {
      code = first;
      fault.message = why.data();
    }
  } else if (rd_kafka_error_txn_requires_abort(error) != 0) {
    fault.kind = FaultKind::abortable;
  } else if (rd_kafka_error_is_retriable(error) != 0) {
    fault.kind = FaultKind::retriable;
    fault.message += because();
  }
  if (is_fence(code)) fault.kind = FaultKind::fenced;
  rd_kafka_error_destroy(error);
  return fault;
}

KafkaFault KafkaHandle::fault(const std::string& what, rd_kafka_resp_err_t code) const {
  return {FaultKind::retriable, what + ": " + rd_kafka_err2str(code) + because()};
}

}  // namespace syncline
