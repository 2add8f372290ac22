// <data>/log.acked: how far this log has acknowledged, so that a log that comes back shorter is
// noticed. Two slots of 64 bytes, written in turn before each acknowledgement (exact after kill -9)
// and synced in the background every limits::kAckedSyncInterval (so exact to that after a power
// cut). advance() is called by the fold thread alone; the background sync has a thread of its own,
// and tells `trouble` when it fails.
//
//   slot: position u64, hash 32, generation u64, zero 12, crc32c u32 of the 60 bytes before it;
//   numbers little-endian. Generation g lies in slot g mod 2; the greater valid one counts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

class AckedFile {
 public:
  // What the file says; nullopt when there is none. `corrupt`: both slots are bad.
  static Result<std::optional<Head>> read(const std::string& path, rocksdb::Env* env);
  // One of the two slots is damaged: what the other says may not be the last that was acknowledged.
  static Result<bool> half_damaged(const std::string& path, rocksdb::Env* env);
  // Says `head`, and nothing of what it said before. For a loss that was accepted.
  static Result<void> replace(const std::string& path, rocksdb::Env* env, const Head& head);
  // Opens, or creates it saying `head`.
  static Result<std::unique_ptr<AckedFile>> open(const std::string& path, rocksdb::Env* env,
                                                 const Head& head,
                                                 std::shared_ptr<DiskTrouble> trouble = nullptr);
  ~AckedFile();

  Result<void> advance(const Head& head);

 private:
  struct File;
  explicit AckedFile(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace syncline
