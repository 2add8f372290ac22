// The mirror in Kafka: how far it is, whether it is what the log is, and the log made again of it.
#pragma once

#include <optional>
#include <string>

#include "connectors/mirror/mirror_topics.h"
#include "ops/cli/command.h"
#include "schemas/types.h"

namespace syncline {

// Which one: what is not named here is as the configuration has it.
struct MirrorWhere {
  std::string config;   // a file; "": ./syncline.toml when that is there
  std::string brokers;  // host:port, …
  std::string prefix;
};

struct MirrorStatusCommand {
  MirrorWhere mirror;
  bool json = false;
};

struct MirrorVerifyCommand {
  Where where;
  MirrorWhere mirror;
  std::optional<Position> from;  // inclusive, both
  std::optional<Position> to;
  bool json = false;
};

struct MirrorRestoreCommand {
  MirrorWhere mirror;
  std::string node;  // ""; the only one that there is
  std::string into;  // a data folder
  std::optional<std::uint64_t> rate;
  bool json = false;
};

Exit run(const MirrorStatusCommand& command);
Exit run(const MirrorVerifyCommand& command);
Exit run(const MirrorRestoreCommand& command);

// `invalid`: the configuration has faults, or names no broker.
Result<MirrorOptions> mirror_options(const MirrorWhere& where);
Result<MirrorTopics> look(const MirrorWhere& where);

}  // namespace syncline
