#include "engine/log/free_space.h"

#include <algorithm>

#include "engine/limits.h"
#include "engine/log/rocks.h"

namespace syncline {
namespace {

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes / limits::kMiB) + " MiB"; }

}  // namespace

FreeSpace::FreeSpace(std::string path, rocksdb::Env* env, std::uint64_t reserve)
    : path_(std::move(path)), env_(or_default(env)), reserve_(reserve) {}

std::optional<std::uint64_t> FreeSpace::bytes() const {
  std::uint64_t free = 0;
  if (!env_->GetFreeSpace(path_, &free).ok()) return std::nullopt;
  return free;
}

std::optional<Error> FreeSpace::refusal(std::uint64_t bytes) const {
  if (reserve_ == 0) return std::nullopt;
  const auto free = this->bytes();
  if (!free || *free >= reserve_ + bytes) return std::nullopt;
  return Error{ErrorCode::disk_full,
               "the disk of the data folder is almost full: " + mebibytes(*free) +
                   " are free, and " + mebibytes(reserve_) +
                   " stay in reserve (log.reserve), so nothing was written; when there is room "
                   "again, appends go on by themselves"};
}

std::uint64_t default_reserve(std::uint64_t disk_bytes) {
  return std::max<std::uint64_t>(std::min<std::uint64_t>(512 * limits::kMiB, disk_bytes / 20),
                                 3 * limits::kMemtableBytes);
}

}  // namespace syncline
