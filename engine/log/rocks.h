// What the RocksDB instances (log, views, past) share: statuses as errors, keys as big-endian
// numbers. Included by .cc files of the engine alone.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include "engine/error.h"

namespace syncline {

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

// Eight bytes whose order is the number's.
inline std::array<char, 8> big_endian(std::uint64_t value) {
  std::array<char, 8> out;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
  return out;
}
inline std::string_view view(const std::array<char, 8>& key) { return {key.data(), key.size()}; }
inline std::uint64_t from_big_endian(std::string_view bytes) {
  SYNCLINE_CHECK(bytes.size() == 8);
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8) | static_cast<std::uint8_t>(c);
  return value;
}

// The first key behind all that begin with `prefix`, which has a byte that is not the greatest.
inline std::string behind_prefix(std::string prefix) {
  while (prefix.back() == '\xff') prefix.pop_back();
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

// RocksDB's journal, the file LOG, aborts the process when a full disk refuses it twice (an
// assertion of 7.8). It is not kept: what matters in it comes as a status or to a listener.
std::shared_ptr<rocksdb::Logger> no_journal();

// So many tables are kept open to read from, at most; -1: all.
void keep_open(int tables, rocksdb::DBOptions& options);

// nullptr is the operating system's.
rocksdb::Env* or_default(rocksdb::Env* env);

// What was made, renamed or removed in it is so after a power cut, too.
Result<void> sync_folder(const std::string& path, rocksdb::Env* env);

// Opening and every later call: `doing` says what was tried, `path` on what.
Error rocks_error(const rocksdb::Status& status, std::string_view doing, const std::string& path);
// `locked`: another process holds the folder; nullopt: none, or this one.
std::optional<Error> folder_in_use(const std::string& path);
// The same for a failed open: `locked` names the process that holds the folder.
Error open_error(const rocksdb::Status& status, const std::string& path);

}  // namespace syncline
