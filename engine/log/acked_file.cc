#include "engine/log/acked_file.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include <rocksdb/env.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"
#include "engine/thread_name.h"

namespace syncline {
namespace {

constexpr std::size_t kSlotSize = 64;
constexpr std::size_t kHashAt = 8, kGenerationAt = 40, kCrcAt = 60;

using SlotBytes = std::array<char, kSlotSize>;

struct AckedSlot {
  Head head;
  std::uint64_t generation = 0;
};

SlotBytes encode(const AckedSlot& slot) {
  SlotBytes bytes{};
  std::memcpy(bytes.data(), &slot.head.position.value, 8);
  std::memcpy(bytes.data() + kHashAt, slot.head.hash.data(), slot.head.hash.size());
  std::memcpy(bytes.data() + kGenerationAt, &slot.generation, 8);
  const std::uint32_t crc = crc32c({bytes.data(), kCrcAt});
  std::memcpy(bytes.data() + kCrcAt, &crc, 4);
  return bytes;
}

std::optional<AckedSlot> decode(std::string_view bytes) {
  if (bytes.size() < kSlotSize) return std::nullopt;
  std::uint32_t crc;
  std::memcpy(&crc, bytes.data() + kCrcAt, 4);
  if (crc != crc32c(bytes.substr(0, kCrcAt))) return std::nullopt;
  AckedSlot slot;
  std::memcpy(&slot.head.position.value, bytes.data(), 8);
  std::memcpy(slot.head.hash.data(), bytes.data() + kHashAt, slot.head.hash.size());
  std::memcpy(&slot.generation, bytes.data() + kGenerationAt, 8);
  return slot;
}

// nullopt: there is no file.
Result<std::optional<AckedSlot>> newest_slot(const std::string& path, rocksdb::Env* env) {
  if (or_default(env)->FileExists(path).IsNotFound()) return std::optional<AckedSlot>{};
  std::string bytes;
  const rocksdb::Status status = rocksdb::ReadFileToString(or_default(env), path, &bytes);
  if (!status.ok()) return rocks_error(status, "reading", path);
  std::optional<AckedSlot> newest;
  for (std::size_t at = 0; at < 2 * kSlotSize && at < bytes.size(); at += kSlotSize) {
    const auto slot = decode(std::string_view(bytes).substr(at));
    if (slot && (!newest || slot->generation > newest->generation)) newest = slot;
  }
  if (!newest) {
    return Error{ErrorCode::corrupt, path +
                                         " is damaged: both of its slots are unreadable, so what "
                                         "was acknowledged is not known"};
  }
  return newest;
}

bool never_written(std::string_view slot) {
  return slot.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

struct AckedFile::File {
  std::string path;
  std::shared_ptr<DiskTrouble> trouble;
  std::unique_ptr<rocksdb::RandomRWFile> file;
  std::uint64_t generation = 0;

  std::mutex mutex;
  std::condition_variable changed;
  bool dirty = false;     // guarded by mutex
  bool stopping = false;  // guarded by mutex
  std::thread syncer;

  Result<void> write(const Head& head) {
    const AckedSlot slot{head, ++generation};
    const SlotBytes bytes = encode(slot);
    const auto status =
        file->Write((generation % 2) * kSlotSize, rocksdb::Slice(bytes.data(), bytes.size()));
    if (!status.ok()) return rocks_error(status, "writing", path);
    return {};
  }

  void sync_in_background() {
    name_this_thread("log.acked");
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return dirty || stopping; });
      if (!dirty) return;
      dirty = false;
      lock.unlock();
      const auto synced = file->Sync();
      if (!synced.ok()) trouble->write_failed(rocks_error(synced, "syncing", path));
      if (!synced.ok()) return;
      lock.lock();
      changed.wait_for(lock, limits::kAckedSyncInterval, [this] { return stopping; });
    }
  }
};

AckedFile::AckedFile(std::unique_ptr<File> file) : file_(std::move(file)) {
  file_->syncer = std::thread([f = file_.get()] { f->sync_in_background(); });
}

AckedFile::~AckedFile() {
  {
    const std::lock_guard lock(file_->mutex);
    file_->stopping = true;
  }
  file_->changed.notify_all();
  file_->syncer.join();
}

Result<std::optional<Head>> AckedFile::read(const std::string& path, rocksdb::Env* env) {
  auto slot = newest_slot(path, env);
  if (!slot) return slot.error();
  return *slot ? std::optional<Head>((*slot)->head) : std::nullopt;
}

Result<bool> AckedFile::half_damaged(const std::string& path, rocksdb::Env* env) {
  std::string bytes;
  const rocksdb::Status status = rocksdb::ReadFileToString(or_default(env), path, &bytes);
  if (!status.ok()) return rocks_error(status, "reading", path);
  bytes.resize(2 * kSlotSize);
  const std::string_view slots[] = {{bytes.data(), kSlotSize},
                                    {bytes.data() + kSlotSize, kSlotSize}};
  return std::ranges::any_of(
      slots, [](std::string_view slot) { return !decode(slot) && !never_written(slot); });
}

// Under another name first: a crash must not leave a file that says nothing.
Result<void> AckedFile::replace(const std::string& path, rocksdb::Env* env, const Head& head) {
  const SlotBytes first = encode({head, 0});
  std::string bytes(first.data(), first.size());
  bytes.resize(2 * kSlotSize);
  const std::string fresh = path + ".new";
  auto status = rocksdb::WriteStringToFile(or_default(env), bytes, fresh, /*should_sync=*/true);
  if (status.ok()) status = or_default(env)->RenameFile(fresh, path);
  if (!status.ok()) return rocks_error(status, "creating", path);
  return sync_folder(std::filesystem::path(path).parent_path().string(), env);
}

Result<std::unique_ptr<AckedFile>> AckedFile::open(const std::string& path, rocksdb::Env* env,
                                                   const Head& head,
                                                   std::shared_ptr<DiskTrouble> trouble) {
  auto slot = newest_slot(path, env);
  if (!slot) return slot.error();
  auto file = std::make_unique<File>();
  file->path = path;
  file->trouble = trouble ? std::move(trouble) : std::make_shared<DiskTrouble>(nullptr);
  if (*slot) {
    file->generation = (*slot)->generation;
  } else if (auto created = replace(path, env, head); !created) {
    return created.error();
  }
  const auto status = or_default(env)->NewRandomRWFile(path, &file->file, rocksdb::EnvOptions());
  if (!status.ok()) return rocks_error(status, "opening", path);
  if (auto written = file->write(head); !written) return written.error();
  if (const auto synced = file->file->Sync(); !synced.ok()) {
    return rocks_error(synced, "syncing", path);
  }
  return std::unique_ptr<AckedFile>(new AckedFile(std::move(file)));
}

Result<void> AckedFile::advance(const Head& head) {
  if (auto written = file_->write(head); !written) return written;
  {
    const std::lock_guard lock(file_->mutex);
    if (file_->dirty) return {};
    file_->dirty = true;
  }
  file_->changed.notify_one();
  return {};
}

}  // namespace syncline
