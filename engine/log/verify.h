// `log verify`: holds a data folder against docs/log-format.md. Every frame, the chain, both
// indexes in both directions, log.acked and the views' checkpoints; events are read once, in
// order, and nothing is kept of them. It opens the files itself, read-only, and so works beside
// the process that writes them, and on a log that Log::open() refuses. One thread, which it blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

// What the one who hears of progress answers.
enum class Onward : std::uint8_t { go_on, end_here, abandon };

struct VerifyOptions {
  std::string data{};            // the folder
  rocksdb::Env* env = nullptr;   // the file system; nullptr: the operating system's
  Position from{1};              // inclusive, both
  std::optional<Position> to{};  // nullopt: the head
  // Called after each event, with the size of its frame. end_here: as if `to` had been this one;
  // abandon: ends the work with `stopping`.
  std::function<Onward(Position done, Position of, std::size_t bytes)> progress{};
};

// The first thing that is not as the format says.
struct LogFault {
  Position position;   // 0: it is no event's
  std::string what;    // a sentence without its end
  std::string remedy;  // what to do, another one
};

struct Verification {
  Position from;
  Position to;               // at most the head; before `from`: there was nothing to look at
  std::uint64_t events = 0;  // looked at
  Head head;
  std::optional<LogFault> fault;
  std::optional<Position> next;  // it was told to end before this one; a `from` to go on with
};

// Errors (it could not look): not_found (no log, or one that ends before `from`), newer_format, io,
// stopping. A fault was seen in two
// openings: one may be the picture of a folder in the middle of a writer's flush.
Result<Verification> verify_log(const VerifyOptions& options);

}  // namespace syncline
