// Makes a backup: a copy of the log as it stood at one moment, with every event that was
// acknowledged when it was begun, whole or not there. What RocksDB never writes again (its sorted
// files) is linked, from the log where both lie on one file system, else from the newest backup of
// the same log when that has the very bytes; all else is copied. So a backup costs what is new
// since the one before.
//
// One that was interrupted lies in <repository>/partial; the next one goes on with its files. One
// thread, which it blocks.
#pragma once

#include <cstdint>
#include <string>

#include "engine/backup/files.h"
#include "engine/backup/manifest.h"

namespace syncline {

struct BackupOptions {
  std::string repository{};     // the folder of backups; made when missing
  rocksdb::Env* env = nullptr;  // the file system; nullptr: the operating system's
  Time now{};                   // its date
  std::string program{};        // the version that makes it
  ShowBytes progress{};
};

struct BackupMade {
  std::string id;
  BackupManifest manifest;
  std::uint64_t linked = 0;  // bytes that it shares with the log or with the backup before
};

// Of a folder that no process has open; its lock is held meanwhile, and nothing in it is changed.
// Errors: not_found, locked, acked_ahead (the log is shorter than what was acknowledged), corrupt,
// stopping, io.
Result<BackupMade> back_up_folder(const std::string& data, const BackupOptions& options);

// Of a log that this process has open and goes on writing. `data`: its folder, where the files of
// that moment are linked until they are in the repository. Errors: as above.
Result<BackupMade> back_up_log(const Log& log, const std::string& data,
                               const BackupOptions& options);
// What a process that was killed meanwhile left of those links: they hold room on the disk.
void forget_interrupted(const std::string& data, rocksdb::Env* env);

}  // namespace syncline
