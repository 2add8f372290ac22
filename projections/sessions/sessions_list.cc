#include <algorithm>
#include <set>

#include "projections/sessions/session_keys.h"
#include "projections/sessions/session_reading.h"

namespace syncline {
namespace {

namespace keys = session_keys;

using EachPath = std::function<bool(std::string_view path)>;

// Where the keys of one kind behind `after` begin.
std::string first_key(std::string kind, std::string_view user_path, std::string_view after) {
  if (after.empty()) return kind.append(user_path);
  return kind.append(after) + '\0';  // the first key that could stand behind it
}

// Paths of one kind of key behind `after`, in order, until `each` returns false.
void scan_paths(const ReadState& state, const std::string& kind, std::string_view user_path,
                std::string_view after, const EachPath& each) {
  state.scan(kind + std::string(user_path), first_key(kind, user_path, after),
             [&](std::string_view key, std::string_view) { return each(key.substr(kind.size())); });
}

std::string path_of(const SessionFilter& filter) {
  return filter.user_id ? keys::user_path(*filter.user_id) : std::string();
}

// The first `limit` paths of expired sessions: those written as such, and those that have lapsed.
std::set<std::string> expired_paths(const ReadState& state, Time now, Time floor,
                                    std::string_view user_path, std::string_view after,
                                    std::size_t limit) {
  std::set<std::string> paths;
  scan_paths(state, keys::phase_prefix(SessionPhase::expired), user_path, after,
             [&](std::string_view path) {
               paths.emplace(path);
               return paths.size() < limit;
             });
  scan_lapsed(state, now, floor, [&](Time, std::string_view path, SessionPhase) {
    if (path > after && path.starts_with(user_path)) paths.emplace(path);
    if (paths.size() > limit) paths.erase(std::prev(paths.end()));
    return true;
  });
  return paths;
}

// The first `limit` paths that match.
std::vector<std::string> matching_paths(const ReadState& state, Time now, Time floor,
                                        const SessionFilter& filter, std::string_view after,
                                        std::size_t limit) {
  const std::string user_path = path_of(filter);
  if (filter.phase == SessionPhase::expired) {
    const auto expired = expired_paths(state, now, floor, user_path, after, limit);
    return {expired.begin(), expired.end()};
  }
  std::vector<std::string> paths;
  const auto take = [&](std::string_view path) {
    if (filter.phase) {
      const auto value = state.get(keys::session(path));
      if (phase_at(decode_record(*value), now) != *filter.phase) return true;  // it has lapsed
    }
    paths.emplace_back(path);
    return paths.size() < limit;
  };
  const std::string kind =
      filter.phase ? keys::phase_prefix(*filter.phase) : std::string(keys::kSessions);
  scan_paths(state, kind, user_path, after, take);
  return paths;
}

}  // namespace

bool is_list_place(std::string_view after) { return keys::is_path(after); }

std::optional<std::string> list_sessions(const ReadState& state, Time now,
                                         const SessionFilter& filter, std::string_view after,
                                         std::size_t limit, const EachSession& each, Time floor) {
  // One more than the page holds tells whether there is a next one.
  const auto paths = matching_paths(state, now, floor, filter, after, limit + 1);
  const std::size_t shown = std::min(limit, paths.size());
  for (std::size_t i = 0; i < shown; ++i) {
    show(decode_record(*state.get(keys::session(paths[i]))), now, each);
  }
  if (paths.size() <= limit) return std::nullopt;
  return paths[limit - 1];
}

std::optional<std::string> list_past_sessions(const ReadState& state, Time then,
                                              const SessionFilter& filter, std::string_view after,
                                              std::size_t limit, std::size_t walked_max,
                                              const EachSession& each) {
  const std::string kind(keys::kSessions);
  const std::string user_path = path_of(filter);
  std::string last;
  std::size_t shown = 0, walked = 0;
  bool more = false;
  state.scan(kind + user_path, first_key(kind, user_path, after),
             [&](std::string_view key, std::string_view value) {
               more = shown == limit || walked == walked_max;
               if (more) return false;
               ++walked;
               last = keys::path_of_session(key);
               const SessionRecord record = decode_record(value);
               if (!filter.phase || phase_at(record, then) == *filter.phase) {
                 show(record, then, each);
                 ++shown;
               }
               return true;
             });
  return more ? std::optional(last) : std::nullopt;
}

}  // namespace syncline
