#include "engine/past/moment.h"

namespace syncline {
namespace {

Result<Moment> at_position(const Log& log, Position position) {
  const Position head = log.head().position;
  if (position == Position(0) || position > head) {
    return Error{ErrorCode::invalid, "there is no event " + std::to_string(position.value) +
                                         ": the log ends at " + std::to_string(head.value)};
  }
  const auto frame = log.read(position);
  if (!frame) return frame.error();
  return Moment{position, decode_header(*frame)->append_time};
}

Result<Moment> at_time(const Log& log, Time time, Time now) {
  if (time > now) {
    return Error{ErrorCode::invalid, "that time has not come yet; ask for one that has"};
  }
  const auto next = log.first_at(time + Duration(1));
  if (!next) return next.error();
  return Moment{Position(next->value - 1), time};
}

}  // namespace

Result<Moment> moment_of(const Log& log, const Asked& asked, Time now) {
  if (const auto* position = std::get_if<Position>(&asked)) return at_position(log, *position);
  return at_time(log, std::get<Time>(asked), now);
}

}  // namespace syncline
