// How every fallible call answers: Result<T>, with one enum for the whole product. A handler alone
// turns a code into an HTTP status; the message is written for the person who reads it: what
// happened, to what, what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "schemas/types.h"

namespace syncline {

enum class ErrorCode : std::uint8_t {
  invalid,    // the input breaks a rule; the same input will fail again
  not_found,  // there is no such thing
  conflict,   // another content under the same (source, id), or an atomic request that failed
  version_mismatch,  // expectedversion named another version than the subject has
  refused,           // a decider said no
  too_large,         // over a bound of engine/limits.h
  queue_full,        // the queue before the sequencer is full; retry later
  disk_full,         // the disk has no more room than its reserve: taken again when it has
  log_closed,        // a write failed: closed for writing until the process is restarted
  stopping,          // the process is shutting down
  corrupt,           // bytes on disk are not what was written
  acked_ahead,       // the log is shorter than what was acknowledged
  locked,            // another process holds the folder
  newer_format,      // written by a newer program
  io,                // the operating system or RocksDB refused
  timeout,           // a deadline passed
  past_behind,       // the past is not built as far as that yet; retry later
};

std::string_view name(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;
  std::optional<Position> current = {};  // of version_mismatch: the version the subject is at
  std::optional<Position> event = {};    // that could not be read

  bool retryable() const {
    return code == ErrorCode::queue_full || code == ErrorCode::disk_full ||
           code == ErrorCode::timeout || code == ErrorCode::past_behind;
  }
};

// For where no Result fits: a fold or a handler that reads a view. What what() says is the message.
struct ErrorThrown : std::runtime_error {
  explicit ErrorThrown(Error e) : std::runtime_error(e.message), error(std::move(e)) {}
  Error error;
};

// value() on an error throws: for start-up and tests only.
[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
  throw ErrorThrown(e);
}

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

// A broken log invariant: says where, then aborts; on in release. Never on input.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
#define SYNCLINE_CHECK(expression) \
  ((expression) ? void() : ::syncline::check_failed(#expression, __FILE__, __LINE__))

}  // namespace syncline
