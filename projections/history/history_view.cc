#include "projections/history/history_view.h"

#include <algorithm>

#include "projections/history/history_key.h"

namespace syncline {
namespace {

// The first `limit` positions in [from, end), ascending. A subject may itself hold a 0x00, and then
// begin with another one and its separator: the size tells its keys from the other's.
std::vector<Position> positions_in(const ReadState& state, std::string_view subject,
                                   std::uint64_t from, std::uint64_t end, std::size_t limit) {
  std::vector<Position> positions;
  if (limit == 0) return positions;
  const std::string prefix = history_prefix(subject);
  state.scan(prefix, history_key(subject, Position(from)),
             [&](std::string_view key, std::string_view) {
               if (key.size() != prefix.size() + 8) return true;
               const Position position(read_big_endian(key.substr(prefix.size())));
               if (position.value >= end) return false;
               positions.push_back(position);
               return positions.size() < limit;
             });
  return positions;
}

}  // namespace

std::vector<Position> positions_after(const ReadState& state, std::string_view subject,
                                      Position after, std::size_t limit) {
  return positions_in(state, subject, after.value + 1, UINT64_MAX, limit);
}

// State is read forwards only, so that this goes back in windows: twice as wide after each that did
// not fill the page, half as wide after one that held more than the page (of which the last are
// wanted). A window as wide as what is missing cannot hold more than that.
std::vector<Position> positions_before(const ReadState& state, std::string_view subject,
                                       Position before, std::size_t limit) {
  std::vector<Position> page;
  std::uint64_t end = before.value;
  std::uint64_t width = std::max<std::uint64_t>(limit, 1);
  while (page.size() < limit && end > 1) {
    const std::size_t missing = limit - page.size();
    width = std::max<std::uint64_t>(width, missing);
    const std::uint64_t from = end > width ? end - width : 1;
    auto window = positions_in(state, subject, from, end, missing + 1);
    if (window.size() > missing) {
      width = (end - from) / 2;
      continue;
    }
    page.insert(page.end(), window.rbegin(), window.rend());
    end = from;
    if (width <= end / 2) width *= 2;
  }
  return page;
}

}  // namespace syncline
