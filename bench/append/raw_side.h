// One measured leg of RocksDB alone: the bytes that an engine leg left in its log, in the same
// column families with the same options, as many puts for each event and as many events in each
// synced WriteBatch; one thread, nothing decided, hashed or looked up. The only code outside
// engine/ that knows RocksDB.
#pragma once

#include <string>

#include "bench/append/engine_side.h"

namespace syncline::bench {

// Takes the options from `engine_log`, the closed RocksDB of an engine leg, and writes to `path`,
// which must not exist.
Leg run_raw(const std::string& engine_log, const std::string& path, const EngineLeg& engine);

}  // namespace syncline::bench
