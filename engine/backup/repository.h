// A folder of backups, each in a folder of its own that is complete in itself:
//
//   <repository>/<id>/manifest     manifest.h
//   <repository>/<id>/log          the log, as a data folder has it
//   <repository>/<id>/log.acked    that says where it ends
//   <repository>/partial           one that is being made, or that was interrupted
//   <repository>/LOCK              held by who makes one
//
// Files that two of them share are one file by two names, so any of them may be deleted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/backup/files.h"
#include "engine/backup/manifest.h"

namespace syncline {

inline constexpr const char* kManifestName = "manifest";

struct ListedBackup {
  std::string id;
  std::optional<BackupManifest> manifest;
  std::string fault;  // why it has none
};

// In the order of time. Errors: not_found (there is no such folder), io.
Result<std::vector<ListedBackup>> list_backups(const std::string& repository,
                                               const BackupFiles& files);
// One of them; "" is the newest. Errors: not_found, corrupt, newer_format, io.
Result<ListedBackup> find_backup(const std::string& repository, const std::string& id,
                                 const BackupFiles& files);

}  // namespace syncline
