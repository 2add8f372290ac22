// How long a sync keeps its session: twice (as configured) the interval that it announced. Pure.
#pragma once

#include <optional>

#include "schemas/body.h"

namespace syncline {

inline constexpr std::uint32_t kExpireAfterIntervals = 2;
// What the contract's client does, for syncs that announce nothing usable.
inline constexpr std::chrono::milliseconds kActiveInterval = std::chrono::minutes(8);
inline constexpr std::chrono::milliseconds kIdleInterval = std::chrono::hours(24);
// The end of the year 9999: no announced interval goes beyond what a time text can say.
inline constexpr Time kLastDeadline =
    std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1) - std::chrono::milliseconds(1);

// None: a terminated session never expires.
std::optional<Time> session_deadline(const SessionSynced& sync, Time received,
                                     std::uint32_t expire_after_intervals);

}  // namespace syncline
