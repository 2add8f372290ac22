// Who may have how many of the process's file handles, so that connections never take one that the
// log needs for an append. Pure.
#pragma once

#include <cstddef>
#include <optional>

namespace syncline {

struct HandleShares {
  std::size_t connections = 0;
  int log_files = 0;   // that RocksDB keeps open to read from
  int view_files = 0;  // the same of the views
  int past_files = 0;  // and of their past
};

inline constexpr std::size_t kHandlesMin = 80;

// Of a process that may have `limit` handles open; nullopt: fewer than kHandlesMin.
std::optional<HandleShares> share_handles(std::size_t limit);
// `ulimit -n` of this process.
std::size_t handle_limit();

}  // namespace syncline
