// What a server needs: to be run, tokens, a configuration that is right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/opening.h"
#include "ops/cli/command.h"
#include "ops/cli/logs.h"

namespace syncline {

struct ServeCommand {
  bool dev = false;
  std::string data;    // "": the configuration's
  std::string listen;  // "": the configuration's
  std::string config;  // "": none
  std::optional<AcceptedLoss> accept_loss;
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

Exit run(const ServeCommand& command);
Exit run(const TokenCommand& command);
Exit run(const ConfigCheckCommand& command);
Exit run(const VersionCommand& command);

}  // namespace syncline
