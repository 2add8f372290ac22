// What is asked of backups: one is made, they are named, one is verified, one is restored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ops/cli/command.h"
#include "schemas/types.h"

namespace syncline {

struct BackupCreateCommand {
  Where where;
  std::string to;  // the folder of backups; with `where.data` alone
  std::optional<std::uint64_t> rate;
  bool json = false;
};

struct BackupListCommand {
  std::string repository;  // or `where.server`
  Where where;
  bool json = false;
};

struct BackupVerifyCommand {
  std::string repository;
  std::string id;  // "": the newest
  bool quick = false;
  std::optional<std::uint64_t> rate;
  bool json = false;
};

struct BackupRestoreCommand {
  std::string repository;
  std::string id;
  std::string into;
  std::optional<Position> to;
  std::optional<std::uint64_t> rate;
  bool json = false;
};

Exit run(const BackupCreateCommand& command);
Exit run(const BackupListCommand& command);
Exit run(const BackupVerifyCommand& command);
Exit run(const BackupRestoreCommand& command);

}  // namespace syncline
