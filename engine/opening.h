// Opening a data folder: its log is held against what was acknowledged (log.acked) before anything
// is changed, and refused when it holds less, or may. The refusal says what is missing and the two
// ways out: a backup, or a person who types how much is lost. At start, on the caller's thread.
//
// An accepted loss: the note of a new incarnation is durable first, then log.acked is written anew,
// then Engine::open appends the event. A crash after the first step is refused as before, one after
// the second goes on.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/log/acked_file.h"
#include "engine/log/log.h"

namespace syncline {

class DiskTrouble;
struct EngineOptions;

// A person's word that acknowledged events are gone, as the refusal asks for it.
struct AcceptedLoss {
  std::optional<std::uint64_t> events{};  // how many; nullopt: unknown
  std::string who{};
};

struct OpenedLog {
  std::unique_ptr<Log> log;
  std::unique_ptr<AckedFile> acked;
};

// Errors: acked_ahead, corrupt, locked, newer_format, invalid, io; each names what to do.
Result<OpenedLog> open_log(const EngineOptions& options, std::shared_ptr<DiskTrouble> trouble);

}  // namespace syncline
