// Makes the log of a data folder from the frames of another one, byte for byte: same positions,
// same hashes, same identity. For import and restore; the log has no server while it is built. Each
// frame is held against the format before it is written, and both indexes are made as the
// sequencer makes them.
//
// Nothing is synced before finish(): the write-ahead log stays empty, and the families are flushed
// together. A folder that was left half built is opened by nothing but a builder of the same log,
// which goes on where the last flush was: frames that are there already are compared and passed
// over, so that the caller simply adds them all again. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

struct LogBuilderOptions {
  std::string data{};           // the folder; made when missing
  rocksdb::Env* env = nullptr;  // the file system; nullptr: the operating system's
  LogName name{};               // of the log whose events they are
};

class LogBuilder {
 public:
  // Errors: invalid (the folder holds a log, or half of another one), locked, corrupt, io.
  static Result<std::unique_ptr<LogBuilder>> open(LogBuilderOptions options);
  ~LogBuilder();  // without finish(): what was added is left half built

  Head head() const;  // of what was added, now and before

  // The event behind head(), or one that is there. `content_hash`: what the index of ids keeps of
  // an event whose producer gave the id; nullopt: the event has no entry there. Errors: corrupt (it
  // is damaged or altered), invalid (it does not follow, or is another one than is there), io;
  // after one of them only a new builder goes on.
  Result<void> add(std::string_view frame, const std::optional<Hash>& content_hash);

  // Everything is on disk, log.acked says so, and the folder is a log like any other; the next
  // event begins the incarnation that `begins` notes. Once.
  Result<void> finish(const std::optional<IncarnationNote>& begins = {});

 private:
  struct Store;
  explicit LogBuilder(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace syncline
