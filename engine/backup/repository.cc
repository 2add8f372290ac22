#include "engine/backup/repository.h"

namespace syncline {
namespace {

ListedBackup look_at(const std::string& repository, const std::string& id,
                     const BackupFiles& files) {
  ListedBackup listed{id, std::nullopt, ""};
  const std::string path = repository + "/" + id + "/" + kManifestName;
  const auto text = files.read(path);
  if (!text) {
    listed.fault = files.exists(path) ? text.error().message : "it has no manifest";
    return listed;
  }
  auto manifest = decode_manifest(*text);
  if (manifest) {
    listed.manifest = std::move(*manifest);
  } else {
    listed.fault = manifest.error().message;
  }
  return listed;
}

}  // namespace

Result<std::vector<ListedBackup>> list_backups(const std::string& repository,
                                               const BackupFiles& files) {
  const auto folders = files.folders_in(repository);
  if (!folders) return folders.error();
  std::vector<ListedBackup> all;
  for (const std::string& name : *folders) {
    if (is_backup_id(name)) all.push_back(look_at(repository, name, files));
  }
  return all;
}

Result<ListedBackup> find_backup(const std::string& repository, const std::string& id,
                                 const BackupFiles& files) {
  if (!id.empty()) {
    if (is_backup_id(id) && files.exists(repository + "/" + id)) {
      return look_at(repository, id, files);
    }
    return Error{ErrorCode::not_found, "there is no backup " + id + " in " + repository +
                                           "; `syncline backup list " + repository +
                                           "` names them"};
  }
  auto all = list_backups(repository, files);
  if (!all) return all.error();
  if (all->empty()) return Error{ErrorCode::not_found, "there is no backup in " + repository};
  return std::move(all->back());
}

}  // namespace syncline
