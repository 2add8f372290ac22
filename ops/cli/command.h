// What the person asked for, as plain values: one struct a verb. Made by command_line.cc, done by
// the verbs' own files; between the two there is no other way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ops/cli/logs.h"
#include "schemas/types.h"

namespace syncline {

// How every verb ends.
enum class Exit : int {
  done = 0,
  found_wrong = 1,  // it did its work, and what it looked at is not right
  usage = 2,
  failed = 3,  // it could not do it; stderr has one sentence
};

// Where a reading verb looks: exactly one of `data` and `server` is set.
struct Where {
  std::string data;        // a data folder
  std::string server;      // http://host:port
  std::string token_file;  // for `server`; empty: SYNCLINE_TOKEN
};

struct ServeCommand {
  bool dev = false;
  std::string data;    // "": the configuration's
  std::string listen;  // "": the configuration's
  std::string config;  // "": none
  LogFormat log_format = LogFormat::human;
  LogLevel log_level = LogLevel::info;
};

struct TokenCommand {
  std::string data;
  std::string config;
  std::string sub;
  std::vector<std::string> roles;
  std::string ttl = "24h";
  bool json = false;
};

struct ConfigCheckCommand {
  std::string config;
  bool dev = false;
  bool json = false;
};

struct VersionCommand {
  bool json = false;
};

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
  std::string output;  // "": stdout
  bool json = false;   // the summary; the events are JSON in any case
};

struct LogVerifyCommand {
  Where where;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  bool json = false;
};

struct HistoryCommand {
  Where where;
  std::string subject;
  bool json = false;
};

struct ViewsListCommand {
  Where where;
  bool json = false;
};

struct ViewsDigestCommand {
  Where where;
  std::string name;  // "": all
  bool json = false;
};

struct ViewsShowCommand {
  Where where;
  std::string name;
  bool json = false;
};

struct ViewsRebuildCommand {
  Where where;
  std::string name;
  bool json = false;
};

using Command =
    std::variant<ServeCommand, TokenCommand, ConfigCheckCommand, VersionCommand, LogHeadCommand,
                 LogGetCommand, LogTailCommand, LogExportCommand, LogVerifyCommand, HistoryCommand,
                 ViewsListCommand, ViewsDigestCommand, ViewsShowCommand, ViewsRebuildCommand>;

}  // namespace syncline
