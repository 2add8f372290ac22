#include "ops/cli/logs.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "connectors/json/time_text.h"
#include "connectors/json/writer.h"

namespace syncline {
namespace {

// A value that could be taken for several words, or that would break the line, is written as JSON
// text.
std::string human_text(const std::string& text) {
  if (!text.empty() && text.find_first_of(" \t\r\n\"=") == std::string::npos) return text;
  std::string quoted;
  JsonWriter(quoted).value(std::string_view(text));
  return quoted;
}

std::string human_value(const LogValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return human_text(*text);
  if (const auto* count = std::get_if<std::uint64_t>(&value)) return std::to_string(*count);
  return std::to_string(std::get<double>(value));
}

std::string human_line(Time time, LogLevel level, std::string_view message, LogFields fields) {
  std::string line = to_iso(time);
  line.append(" ").append(name(level)).append(" ").append(message);
  for (const auto& [key, value] : fields) {
    line.append(" ").append(key).append("=").append(human_value(value));
  }
  return line;
}

std::string json_line(Time time, LogLevel level, std::string_view message, LogFields fields) {
  std::string line;
  JsonWriter out(line);
  out.begin_object().field("time", time).field("level", name(level)).field("msg", message);
  for (const auto& [key, value] : fields) {
    std::visit([&out, name = key](const auto& v) { out.field(name, v); }, value);
  }
  out.end_object();
  return line;
}

}  // namespace

std::optional<LogFormat> log_format(std::string_view name) {
  if (name == "human") return LogFormat::human;
  if (name == "json") return LogFormat::json;
  return std::nullopt;
}

std::optional<LogLevel> log_level(std::string_view text) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    if (name(level) == text) return level;
  }
  return std::nullopt;
}

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

std::string log_line(LogFormat format, Time time, LogLevel level, std::string_view message,
                     LogFields fields) {
  return format == LogFormat::json ? json_line(time, level, message, fields)
                                   : human_line(time, level, message, fields);
}

struct Logs::Sink {
  spdlog::logger logger{"syncline", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Logs::Logs(LogFormat format, LogLevel least)
    : format_(format), least_(least), sink_(std::make_unique<Sink>()) {
  sink_->logger.set_pattern("%v");
  sink_->logger.flush_on(spdlog::level::trace);
}

Logs::~Logs() = default;

void Logs::write(LogLevel level, std::string_view message, LogFields fields) {
  if (!writes(level)) return;
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  sink_->logger.log(spdlog::level::info, log_line(format_, now, level, message, fields));
}

}  // namespace syncline
