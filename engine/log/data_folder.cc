#include "engine/log/data_folder.h"

#include <filesystem>

#include "engine/log/rocks.h"

namespace syncline {

Result<void> make_data_folder(const std::string& data) {
  std::error_code fault;
  if (std::filesystem::create_directories(data, fault)) {
    std::filesystem::permissions(data, std::filesystem::perms::owner_all, fault);
  }
  if (!fault) return {};
  return Error{ErrorCode::io, "the data folder " + data + " cannot be made: " + fault.message() +
                                  "; choose another"};
}

Result<void> sync_data_folder(const std::string& data, rocksdb::Env* env) {
  const auto folder = std::filesystem::absolute(data + "/").parent_path();
  for (const auto& each : {folder, folder.parent_path()}) {
    if (auto synced = sync_folder(each.string(), env); !synced) return synced;
  }
  return {};
}

}  // namespace syncline
