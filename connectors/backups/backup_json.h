// A backup as JSON: {id, log, node, position, hash, time, program, files, bytes}; `log` is the
// identity. One that cannot be read: {id, fault}. The server writes it, the CLI writes and reads
// it.
#pragma once

#include <optional>

#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "engine/backup/create.h"
#include "engine/backup/repository.h"

namespace syncline {

void write_backup(const ListedBackup& backup, JsonWriter& out);
// With `linked`: bytes that cost no room.
void write_backup(const BackupMade& made, JsonWriter& out);

// What a person is told about one.
struct BackupSummary {
  std::string id;
  std::string fault;  // "": none, and the rest counts
  Position position;
  std::string hash;  // hexadecimal
  std::string time;  // ISO 8601
  std::uint64_t files = 0, bytes = 0, linked = 0;
};
BackupSummary summary(const ListedBackup& backup);
BackupSummary summary(const BackupMade& made);
std::optional<BackupSummary> read_backup(const JsonValue& json);  // nullopt: it is not one

}  // namespace syncline
