#include "connectors/backups/backup_json.h"

#include "connectors/json/time_text.h"

namespace syncline {
namespace {

void write_manifest(const std::string& id, const BackupManifest& manifest, JsonWriter& out) {
  out.field("id", std::string_view(id))
      .field("log", std::string_view(manifest.identity))
      .field("node", std::string_view(manifest.node))
      .field("position", manifest.head.position)
      .field("hash", std::string_view(hex(manifest.head.hash)))
      .field("time", manifest.time)
      .field("program", std::string_view(manifest.program))
      .field("files", std::uint64_t{manifest.files.size()})
      .field("bytes", manifest.bytes());
}

BackupSummary summary(const std::string& id, const BackupManifest& manifest) {
  return {id,
          "",
          manifest.head.position,
          hex(manifest.head.hash),
          to_iso(manifest.time),
          manifest.files.size(),
          manifest.bytes(),
          0};
}

}  // namespace

void write_backup(const ListedBackup& backup, JsonWriter& out) {
  out.begin_object();
  if (backup.manifest) {
    write_manifest(backup.id, *backup.manifest, out);
  } else {
    out.field("id", std::string_view(backup.id)).field("fault", std::string_view(backup.fault));
  }
  out.end_object();
}

void write_backup(const BackupMade& made, JsonWriter& out) {
  out.begin_object();
  write_manifest(made.id, made.manifest, out);
  out.field("linked", made.linked).end_object();
}

BackupSummary summary(const ListedBackup& backup) {
  if (backup.manifest) return summary(backup.id, *backup.manifest);
  BackupSummary unread;
  unread.id = backup.id;
  unread.fault = backup.fault;
  return unread;
}

BackupSummary summary(const BackupMade& made) {
  BackupSummary whole = summary(made.id, made.manifest);
  whole.linked = made.linked;
  return whole;
}

std::optional<BackupSummary> read_backup(const JsonValue& json) {
  BackupSummary read;
  read.id = json.text_of("id");
  read.fault = json.text_of("fault");
  if (read.id.empty()) return std::nullopt;
  if (!read.fault.empty()) return read;
  const auto position = json.count_of("position");
  const auto files = json.count_of("files"), bytes = json.count_of("bytes");
  if (!position || !files || !bytes) return std::nullopt;
  read.position = Position(*position);
  read.hash = json.text_of("hash");
  read.time = json.text_of("time");
  read.files = *files;
  read.bytes = *bytes;
  read.linked = json.count_of("linked").value_or(0);
  return read;
}

}  // namespace syncline
