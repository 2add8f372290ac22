// Makes a data folder from a backup: the log whole, or as it was when it ended at an earlier
// position. Files are copied, never linked: opening a log for writing may cut one short. Everything
// is held against the manifest while it is copied, and the log against its format afterwards. Views
// are not backed up: the first start folds them from the log.
//
// Until it is whole, the folder has no log: what is there of it lies in <into>/restoring, and
// <into>/log.acked names the events that are to come, so that a server refuses the folder. The same
// call goes on from there. What was appended behind the backup is not in it; so the log begins a
// new incarnation (engine/log/incarnation.h). One thread, which it blocks.
#pragma once

#include <optional>
#include <string>

#include "engine/backup/files.h"
#include "engine/backup/manifest.h"
#include "engine/clock.h"
#include "engine/rng.h"

namespace syncline {

struct RestoreOptions {
  std::string repository{};
  std::string id{};
  std::string into{};            // a data folder without a log; made when missing
  std::optional<Position> to{};  // the last event that is restored; nullopt: all
  std::string who{};             // who typed it: the incarnation's first event says so
  rocksdb::Env* env = nullptr;   // the file system; nullptr: the operating system's
  Clock* clock = nullptr;
  Rng* rng = nullptr;
  ShowBytes files_progress{};
  // Of events that are written again (`to`), and of those that are verified.
  ShowEvents events_progress{};
};

struct Restored {
  std::string id;
  BackupManifest manifest;
  Head head;                    // of what was restored
  Incarnation incarnation = 0;  // of the events that come next
};

// Errors: not_found (no such backup, no such position), invalid (the folder has a log), corrupt
// (the backup is damaged), newer_format, locked, stopping, io.
Result<Restored> restore_backup(const RestoreOptions& options);

// `invalid`: a restore was begun in the data folder, and did not end.
Result<void> check_restored(const std::string& data, rocksdb::Env* env);

}  // namespace syncline
