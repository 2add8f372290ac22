// N keep-alive connections to 127.0.0.1 in a closed loop on one thread: each sends its exchange,
// waits for all its answers, and sends the next. Every answer is checked; the first bad one ends
// the run.
#pragma once

#include <chrono>
#include <cstdint>

#include <sys/types.h>

#include "bench/load/histogram.h"
#include "bench/load/wire.h"

namespace syncline::load {

struct LoadOptions {
  std::uint16_t port = 0;
  int clients = 64;
  std::chrono::duration<double> warmup{0};  // not counted
  std::chrono::duration<double> length{1};
  std::uint64_t most_events = UINT64_MAX;  // ends the run before its length is over
  pid_t server = 0;                        // whose CPU time is read; 0: nobody's
};

struct LoadResult {
  std::uint64_t events = 0;
  double seconds = 0;
  double own_cpu = 0;
  double server_cpu = 0;
  Histogram latency;  // of an exchange
};

// Throws std::runtime_error: cannot connect, a bad answer (quoted), or none within 10 s.
LoadResult run_load(const LoadOptions& options, const Wire& wire);

}  // namespace syncline::load
