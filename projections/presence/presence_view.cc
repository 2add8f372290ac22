#include "projections/presence/presence_view.h"

#include <algorithm>
#include <map>

#include "engine/error.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/presence/module_record.h"
#include "projections/presence/presence_record.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

using ByModule = std::map<std::string, std::uint64_t, std::less<>>;

void add(ByModule& counts, std::string_view module, std::uint64_t count) {
  const auto it = counts.find(module);
  if (it == counts.end()) {
    counts.emplace(module, count);
  } else {
    it->second += count;
  }
  if (module != keys::kAllModules) add(counts, keys::kAllModules, count);
}

std::uint64_t of(const ByModule& counts, std::string_view module) {
  const auto it = counts.find(module);
  return it == counts.end() ? 0 : it->second;
}

// How many are written as being there whose deadline has come: whole eighths of a second from their
// sums, the one that `now` lies in by its deadlines.
ByModule lapsed(const ReadState& state, Time now, Time floor) {
  ByModule counts;
  if (floor > now) return counts;
  state.scan(keys::kLapsing, keys::lapsing_from(floor),
             [&](std::string_view key, std::string_view value) {
               if (keys::end_of_lapsing(key) > now) return false;
               add(counts, keys::module_of_lapsing(key), decode_count(std::string(value)));
               return true;
             });
  const Time eighth = std::chrono::floor<keys::Eighths>(now);
  scan_deadlines(state, eighth, now, [&](Time, std::string_view, std::string_view module) {
    add(counts, module, 1);
    return true;
  });
  return counts;
}

ByModule present_by_user(const ReadState& state, Time now) {
  ByModule counts;
  state.scan(keys::kPresent, keys::kPresent, [&](std::string_view key, std::string_view) {
    const auto value = state.get(keys::user(key.substr(keys::kPresent.size())));
    SYNCLINE_CHECK(value.has_value());
    const PresenceRecord record = decode_presence(*value);
    if (record.there(now)) add(counts, record.module, 1);
    return true;
  });
  return counts;
}

template <class Active>
PresenceCounts counts_with(const ReadState& state, Time now, const Active& active) {
  PresenceCounts counts;
  const auto count = [&](std::string id, std::string name) {
    const ModuleRecord record = on_day(state, id, now);
    const std::uint64_t there = active(id, record);
    return ModuleCounts{std::move(id), std::move(name), record.total_users, there, record.today};
  };
  for (ConfiguredModule& module : modules_of(state)) {
    counts.modules.push_back(count(std::move(module.id), std::move(module.name)));
  }
  counts.all = count(std::string(keys::kAllModules), {});
  return counts;
}

void show(std::string_view user_id, const PresenceRecord& record, const EachPresentUser& each) {
  each({.user_id = user_id,
        .user_id_is_number = record.id_is_number,
        .module = record.module,
        .page = record.page,
        .resource = record.resource,
        .name = record.name,
        .since = record.since,
        .last_seen = record.mark.merge_stamp,
        .deadline = record.deadline});
}

}  // namespace

PresenceCounts count_presence(const ReadState& state, Time now, Time floor) {
  const ByModule gone = lapsed(state, now, floor);
  return counts_with(state, now, [&](std::string_view id, const ModuleRecord& record) {
    return record.present - of(gone, id);
  });
}

PresenceCounts count_presence_by_user(const ReadState& state, Time now) {
  const ByModule there = present_by_user(state, now);
  return counts_with(state, now,
                     [&](std::string_view id, const ModuleRecord&) { return of(there, id); });
}

std::uint64_t count_active(const ReadState& state, Time now, Time floor) {
  const ByModule gone = lapsed(state, now, floor);
  return module_record(state, keys::kAllModules).present - of(gone, keys::kAllModules);
}

bool find_present(const ReadState& state, Time now, std::string_view user_id,
                  const EachPresentUser& each) {
  const auto value = state.get(keys::user(user_id));
  if (!value) return false;
  const PresenceRecord record = decode_presence(*value);
  if (!record.there(now)) return false;
  show(user_id, record, each);
  return true;
}

std::uint64_t viewers_of(const ReadState& state, Time now, std::string_view resource,
                         std::size_t limit, const EachPresentUser& each) {
  std::uint64_t count = 0;
  const std::string prefix = keys::viewers(resource);
  state.scan(prefix, prefix, [&](std::string_view key, std::string_view) {
    const auto shown = [&](const PresentUser& user) {
      if (count++ < limit) each(user);
    };
    find_present(state, now, key.substr(prefix.size()), shown);
    return true;
  });
  return count;
}

std::vector<DuePresence> due_presences(const ReadState& state, Time now, std::size_t limit,
                                       Time floor) {
  std::vector<DuePresence> due;
  if (limit == 0) return due;
  scan_deadlines(state, floor, now, [&](Time deadline, std::string_view user, std::string_view) {
    const auto value = state.get(keys::user(user));
    SYNCLINE_CHECK(value.has_value());
    const PresenceRecord record = decode_presence(*value);
    due.push_back({std::string(user), record.id_is_number, record.mark.name, deadline});
    return due.size() < limit;
  });
  return due;
}

}  // namespace syncline
