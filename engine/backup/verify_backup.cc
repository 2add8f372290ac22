#include "engine/backup/verify_backup.h"

namespace syncline {
namespace {

constexpr const char* kAnother =
    "do not restore it: take another one that verifies, make a new one, and look after the disk";

LogFault fault(std::string what) { return {Position(), std::move(what), kAnother}; }

class Holding {
 public:
  Holding(const BackupVerifyOptions& options, const ListedBackup& backup)
      : options_(options), backup_(backup), files_(options.env, options.files_progress) {}

  Result<std::optional<LogFault>> fault_of_files() {
    const BackupManifest& manifest = *backup_.manifest;
    if (auto stranger = fault_of_names(); !stranger || *stranger) return stranger;
    files_.expect(manifest.bytes());
    std::uint64_t bytes = 0;
    for (const BackupFile& file : manifest.files) {
      auto found = fault_of(file);
      if (!found || *found) return found;
      files_.reached(bytes += file.size);
    }
    return std::optional<LogFault>();
  }

 private:
  std::string path(const std::string& name) const {
    return options_.repository + "/" + backup_.id + "/" + name;
  }

  // RocksDB would read some of the files that nobody backed up.
  Result<std::optional<LogFault>> fault_of_names() const {
    if (!files_.exists(path("log"))) return std::optional(fault("its log is missing"));
    const auto names = files_.files_in(path("log"));
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (backup_.manifest->file("log/" + name) == nullptr) {
        return std::optional(fault("it has a file that was not backed up: log/" + name));
      }
    }
    return std::optional<LogFault>();
  }

  Result<std::optional<LogFault>> fault_of(const BackupFile& file) {
    if (!files_.exists(path(file.path))) return std::optional(fault(file.path + " is missing"));
    const auto size = files_.size(path(file.path));
    if (!size) return size.error();
    if (*size != file.size) {
      return std::optional(fault(file.path + " has " + std::to_string(*size) + " bytes, and had " +
                                 std::to_string(file.size) + " when it was backed up"));
    }
    const auto sum = files_.hash(path(file.path));
    if (!sum) return sum.error();
    if (*sum == file.sha256) return std::optional<LogFault>();
    return std::optional(fault(file.path + " is damaged: it does not have the checksum that it had "
                                           "when it was backed up"));
  }

  const BackupVerifyOptions& options_;
  const ListedBackup& backup_;
  BackupFiles files_;
};

}  // namespace

std::function<Onward(Position, Position, std::size_t)> onward(const ShowEvents& show) {
  if (!show) return {};
  return [show](Position done, Position of, std::size_t bytes) {
    return show(done, of, bytes) ? Onward::go_on : Onward::abandon;
  };
}

Result<BackupVerification> verify_backup(const BackupVerifyOptions& options) {
  auto backup = find_backup(options.repository, options.id, BackupFiles(options.env, {}));
  if (!backup) return backup.error();
  BackupVerification seen{std::move(*backup), std::nullopt, std::nullopt};
  if (!seen.backup.manifest) {
    seen.fault = fault(seen.backup.fault);
    return seen;
  }
  auto found = Holding(options, seen.backup).fault_of_files();
  if (!found) return found.error();
  seen.fault = std::move(*found);
  if (seen.fault || options.quick) return seen;

  auto log = verify_log({.data = options.repository + "/" + seen.backup.id,
                         .env = options.env,
                         .progress = onward(options.events_progress)});
  if (!log) return log.error();
  const Head& head = seen.backup.manifest->head;
  seen.fault = log->fault;
  if (!seen.fault && (log->head.position != head.position || log->head.hash != head.hash)) {
    seen.fault = fault("its log ends at " + std::to_string(log->head.position.value) +
                       ", and its manifest says " + std::to_string(head.position.value));
  }
  seen.log = std::move(*log);
  return seen;
}

}  // namespace syncline
