// `backup verify`: a backup against its manifest, file by file, and then its log against the log's
// format (engine/log/verify.h). Read-only; one thread, which it blocks.
#pragma once

#include <optional>
#include <string>

#include "engine/backup/repository.h"
#include "engine/log/verify.h"

namespace syncline {

struct BackupVerifyOptions {
  std::string repository{};
  std::string id{};             // "": the newest
  rocksdb::Env* env = nullptr;  // the file system; nullptr: the operating system's
  bool quick = false;           // files only
  ShowBytes files_progress{};
  ShowEvents events_progress{};
};

struct BackupVerification {
  ListedBackup backup;
  std::optional<LogFault> fault;    // the first one
  std::optional<Verification> log;  // nullopt: it was not looked at
};

// For verify_log().
std::function<Onward(Position, Position, std::size_t)> onward(const ShowEvents& show);

// Errors (it could not look): not_found, newer_format, io, stopping.
Result<BackupVerification> verify_backup(const BackupVerifyOptions& options);

}  // namespace syncline
