#include "connectors/rate/token_bucket.h"

#include <algorithm>

namespace syncline {
namespace {

using std::chrono::nanoseconds;

nanoseconds refill(const Rate& rate) { return nanoseconds(rate.per) / rate.count; }

// What is missing in the bucket, as the time in which it flows back; never more than all of it.
nanoseconds missing(TokenBucket::Instant full_at, const Rate& rate, Time now) {
  return std::clamp(nanoseconds(full_at - now), nanoseconds(0), refill(rate) * rate.count);
}

}  // namespace

nanoseconds TokenBucket::wait(const Rate& rate, Time now) const {
  const nanoseconds room = refill(rate) * (rate.count - 1);  // where one token is left
  return std::max(missing(full_at_, rate, now) - room, nanoseconds(0));
}

nanoseconds TokenBucket::take(const Rate& rate, Time now) {
  const nanoseconds until = wait(rate, now);
  if (until == nanoseconds(0)) full_at_ = now + missing(full_at_, rate, now) + refill(rate);
  return until;
}

}  // namespace syncline
