#include "connectors/presence/active_users.h"

#include "projections/presence/presence_view.h"

namespace syncline {

ActiveUsers::Count ActiveUsers::now() {
  const Position applied = engine_.applied();
  const Time time = engine_.clock().now();
  {
    const std::lock_guard lock(mutex_);
    if (last_.position == applied && last_.time <= time && time < until_) {
      return {last_.users, time, applied};
    }
  }
  const auto view = engine_.view("presence");
  const Position position = view->position();
  const Time floor = floor_.of(*view, position);
  const Count count{count_active(*view, time, floor), time, position};
  const std::lock_guard lock(mutex_);
  if (position >= last_.position) {
    last_ = count;
    until_ = floor;
  }
  return count;
}

}  // namespace syncline
