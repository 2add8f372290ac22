#include "projections/sessions/session_deadline.h"

namespace syncline {

std::optional<Time> session_deadline(const SessionSynced& sync, Time received,
                                     std::uint32_t expire_after_intervals) {
  using std::chrono::milliseconds;
  if (sync.status == SessionStatus::terminated) return std::nullopt;
  const bool announced = sync.last_sync_interval && *sync.last_sync_interval > milliseconds(0);
  const milliseconds standard =
      sync.status == SessionStatus::idle ? kIdleInterval : kActiveInterval;
  const milliseconds interval = announced ? *sync.last_sync_interval : standard;
  const auto room = std::chrono::floor<milliseconds>(kLastDeadline - received);
  if (interval > room / expire_after_intervals) return std::max(received, kLastDeadline);
  return received + expire_after_intervals * interval;
}

}  // namespace syncline
