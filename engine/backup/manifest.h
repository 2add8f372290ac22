// What a backup says about itself, in a text file beside its log: whose log it is, where it ends,
// and each file with its size and SHA-256. Lines, in this order, each ended by \n:
//
//   syncline backup 1
//   identity <uuid of the log>
//   node <node id>
//   position <of its last event>
//   hash <of its last event, 64 hexadecimal digits>
//   time <µs since 1970 at which it was begun>
//   program <version that made it>
//   file <sha256> <size> <path in the backup>      one each, in the paths' order
//   end <sha256 of all bytes before this line>
//
// Pure; what is read is not trusted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/log/log.h"
#include "engine/sha256.h"

namespace syncline {

struct BackupFile {
  std::string path;  // "log.acked" or "log/<name>"
  std::uint64_t size = 0;
  Hash sha256{};
};

struct BackupManifest {
  std::string identity;
  std::string node;
  Head head;
  Time time;
  std::string program;
  std::vector<BackupFile> files;

  std::uint64_t bytes() const;                            // of all files
  const BackupFile* file(const std::string& path) const;  // nullptr: it has none of the name
};

std::string encode_manifest(const BackupManifest& manifest);
// `corrupt`: these are not the bytes that encode_manifest() made. `newer_format`: a newer
// program's.
Result<BackupManifest> decode_manifest(std::string_view text);

// What a backup's folder is called, so that names are in the order of time:
// "20260131T235959.999Z-1042", 1042 being the position of its last event.
std::string backup_id(const BackupManifest& manifest);
// Could a folder of this name be a backup? Then it is no path to anywhere else.
bool is_backup_id(std::string_view name);

}  // namespace syncline
