// What is asked of an event log: its end, its events, whether it is whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/events/event_filter.h"
#include "connectors/operators/export_text.h"
#include "ops/cli/command.h"
#include "schemas/types.h"

namespace syncline {

struct LogHeadCommand {
  Where where;
  bool json = false;
};

struct LogGetCommand {
  Where where;
  Position position;
  bool json = false;
};

struct LogTailCommand {
  Where where;
  std::uint64_t count = 10;
  bool follow = false;
  bool json = false;
};

struct LogExportCommand {
  Where where;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  EventFilter filter;
  ExportFormat format = ExportFormat::ndjson;
  std::string output;   // "": stdout
  bool zstd = false;    // also when the output's name ends with .zst
  bool resume = false;  // goes on with the part of `output`
  std::optional<std::uint64_t> rate;
  bool json = false;  // the summary; the events are as `format` has them
};

struct LogImportCommand {
  std::string file;
  std::string data;
  bool as_new = false;
  std::optional<std::uint64_t> rate;
  bool json = false;
};

// Each a data folder, a file that was exported, or http://HOST:PORT.
struct LogDiffCommand {
  std::string a;
  std::string b;
  std::string token_file;
  bool json = false;
};

struct LogVerifyCommand {
  Where where;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  std::optional<std::uint64_t> rate;  // bytes a second
  bool json = false;
};

struct HistoryCommand {
  Where where;
  std::string subject;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  bool json = false;
};

Exit run(const LogHeadCommand& command);
Exit run(const LogGetCommand& command);
Exit run(const LogTailCommand& command);
Exit run(const LogExportCommand& command);
Exit run(const LogImportCommand& command);
Exit run(const LogDiffCommand& command);
Exit run(const LogVerifyCommand& command);
Exit run(const HistoryCommand& command);

}  // namespace syncline
