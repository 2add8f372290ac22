// <data>/log.acked: how far this log has acknowledged, so that a log that comes back shorter is
// noticed. Two slots of 64 bytes, written in turn before each acknowledgement with pwrite (exact after
// kill -9) and fdatasynced in the background (exact to kAckedSyncInterval after a power cut).
// Called by the fold thread alone; the background sync has a thread of its own.
//
//   slot: position u64, hash 32, generation u64, zero 12, crc32c u32 of the 60 bytes before it
#pragma once

#include <memory>
#include <string>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

class AckedFile {
 public:
  // Opens or creates. `corrupt`: both slots are bad though the file is there.
  static Result<std::unique_ptr<AckedFile>> open(const std::string& path);
  // The greater valid slot; position 0 when the file is missing.
  static Result<Head> read(const std::string& path);
  ~AckedFile();

  Head acked() const;
  Result<void> advance(const Head& head);

 private:
  struct File;
  explicit AckedFile(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace syncline
