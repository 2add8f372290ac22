#include "ops/cli/handle_shares.h"

#include <algorithm>

#include <sys/resource.h>

#include "engine/limits.h"

namespace syncline {
namespace {

// What an idle server has open (30), and at most beside it: files that a flush and a compaction of
// log, views and past write, a new WAL and MANIFEST beside the old ones, a scrape.
constexpr std::size_t kOwn = 44;
// The fewest tables that RocksDB works with, for each of log, views and past.
constexpr std::size_t kTablesMin = 10;
constexpr std::size_t kEngineMax = 5120;

}  // namespace

std::optional<HandleShares> share_handles(std::size_t limit) {
  if (limit < kHandlesMin) return std::nullopt;
  const std::size_t engine = std::clamp(limit / 4, kOwn + 3 * kTablesMin, kEngineMax);
  // Half of what is above the least is for a verification or a backup beside them.
  const std::size_t tables = (engine - kOwn - 3 * kTablesMin) / 8;
  HandleShares shares;
  shares.log_files = static_cast<int>(kTablesMin + 2 * tables);
  shares.view_files = static_cast<int>(kTablesMin + tables);
  shares.past_files = static_cast<int>(kTablesMin + tables);
  const std::size_t sockets = limit - engine;
  // As many again, and at most kTurnedAway, are told that there are too many.
  shares.connections = sockets - std::min(limits::kTurnedAway, (sockets + 1) / 2);
  return shares;
}

std::size_t handle_limit() {
  rlimit handles{};
  return getrlimit(RLIMIT_NOFILE, &handles) == 0 ? handles.rlim_cur : kHandlesMin;
}

}  // namespace syncline
