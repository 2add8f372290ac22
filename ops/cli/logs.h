// Log lines of the running server, on stderr: for a person, or one JSON object a line. A line is an
// event word and fields; a secret is never a field, and a number is a number in JSON too. Any
// thread; a line is written whole.
//
//   human  2025-09-18T22:09:30.123Z info  listening address=127.0.0.1:3594 data=data
//   json   {"time":"2025-09-18T22:09:30.123Z","level":"info","msg":"listening","address":…}
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "schemas/types.h"

namespace syncline {

enum class LogFormat { human, json };
std::optional<LogFormat> log_format(std::string_view name);

enum class LogLevel { debug, info, warning, error };
std::optional<LogLevel> log_level(std::string_view name);
std::string_view name(LogLevel level);

using LogValue = std::variant<std::string, std::uint64_t, double>;
using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

// One line without its end. Pure.
std::string log_line(LogFormat format, Time time, LogLevel level, std::string_view message,
                     LogFields fields);

class Logs {
 public:
  Logs(LogFormat format, LogLevel least);
  ~Logs();

  void debug(std::string_view message, LogFields fields = {}) {
    write(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, LogFields fields = {}) {
    write(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, LogFields fields = {}) {
    write(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, LogFields fields = {}) {
    write(LogLevel::error, message, fields);
  }
  bool writes(LogLevel level) const { return level >= least_; }
  LogFormat format() const { return format_; }

 private:
  struct Sink;
  void write(LogLevel level, std::string_view message, LogFields fields);

  const LogFormat format_;
  const LogLevel least_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace syncline
