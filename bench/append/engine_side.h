// One measured leg of the engine: drafts made beforehand go through Engine::submit in a closed loop
// with a fixed number in flight, as connections would; the clock stops at the last receipt.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/load/histogram.h"
#include "engine/log/record.h"

namespace syncline::bench {

struct Leg {
  double seconds = 0;
  double cpu_seconds = 0;
};

// What an event put into the log, so that the same bytes can be put there without the engine.
struct LogEntry {
  std::string frame;
  std::string source;
  std::string id;
  std::string subject;
};

struct EngineLeg : Leg {
  std::vector<std::size_t> commits;  // events in each, in order
  std::vector<LogEntry> entries;
  load::Histogram latency;  // from submit to receipt, ns
};

struct EngineLoad {
  std::size_t events = 0;
  std::size_t in_flight = 0;
  std::size_t data_bytes = 0;
  bool ids = false;      // given by the producer: looked up and kept for ever
  bool history = false;  // folded into the history projection before the receipt
};

// Makes a log in `data`, which must be empty, and leaves it closed.
EngineLeg run_engine(const std::string& data, const EngineLoad& load);

}  // namespace syncline::bench
