#include "projections/presence/presence_fold.h"

#include <algorithm>

#include "engine/error.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/presence/attendance.h"
#include "projections/presence/module_record.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

void add_count(FoldState& state, const std::string& key, std::int64_t by) {
  const std::uint64_t count = decode_count(state.get(key)) + static_cast<std::uint64_t>(by);
  if (count == 0) {
    state.erase(key);
  } else {
    state.put(key, encode_count(count));
  }
}

}  // namespace

void PresenceFold::saw(PresenceRecord& user, std::string_view module) {
  const Time now = header_.received_time;
  std::optional<Time> here, anywhere;
  for (const auto& seen : user.seen) {
    if (seen.module == module) here = seen.last;
    anywhere = std::max(anywhere.value_or(seen.last), seen.last);
  }
  saw_since(keys::kAllModules, anywhere);
  saw_since(module, here);
  if (!here) {
    user.seen.push_back({module, now});
    return;
  }
  for (auto& seen : user.seen) {
    if (seen.module == module) seen.last = std::max(seen.last, now);
  }
}

// `last`: when it was last seen there; none: never.
void PresenceFold::saw_since(std::string_view module, std::optional<Time> last) {
  const Time now = header_.received_time;
  if (last && *last >= now) return;  // held up on its way
  const std::string quarter = keys::seen(module, now);
  if (last) {
    const std::string before = keys::seen(module, *last);
    if (before == quarter) return;  // nor is it another day
    add_count(state_, before, -1);
  }
  ModuleRecord record = module_record(state_, module);
  if (!last) ++record.total_users;
  const bool known = record.knows(beat_settings(state_).zone, now);
  if (known && (!last || *last < record.day.from)) ++record.today;
  add_count(state_, quarter, 1);
  state_.put(keys::module(module), encode_module(record));
}

void PresenceFold::enter(PresenceRecord& user, const PresenceBeat& beat) {
  const Time now = header_.received_time;
  const std::string from(user.module);
  if (!from.empty()) remove_deadline_of(user);
  show_on(user, beat.resource);
  user.module = beat.module;
  user.page = beat.page;
  user.resource = beat.resource;
  user.name = beat.name;
  user.deadline = now + beat_settings(state_).expiry;
  add_deadline_of(user);
  if (from == beat.module) return;

  if (from.empty()) {
    user.present_since = now;
    state_.put(keys::present(user_id_), {});
    note_entered(state_, keys::kAllModules, now);
    move_present(keys::kAllModules, 1);
  } else {
    note_left(state_, from, now, now - user.since);
    move_present(from, -1);
  }
  user.since = now;
  note_entered(state_, beat.module, now);
  move_present(beat.module, 1);
  if (from.empty()) {
    changed(user, PresenceAction::entered, now, beat.module);
  } else {
    changed(user, PresenceAction::moved, now, beat.module, from);
  }
}

void PresenceFold::leave(PresenceRecord& user, Time at, PresenceAction action) {
  remove_deadline_of(user);
  show_on(user, {});
  state_.erase(keys::present(user_id_));
  note_left(state_, user.module, at, at - user.since);
  note_left(state_, keys::kAllModules, at, at - user.present_since);
  move_present(user.module, -1);
  move_present(keys::kAllModules, -1);
  changed(user, action, at, user.module);
  user.module = {};
  user.resource = {};
}

void PresenceFold::store(const PresenceRecord& user) {
  state_.put(keys::user(user_id_), encode_presence(user));
  if (!changes_.empty()) state_.put(keys::changes(header_.position), encode_changes(changes_));
}

void PresenceFold::move_present(std::string_view module, int by) {
  ModuleRecord record = module_record(state_, module);
  SYNCLINE_CHECK(by > 0 || record.present > 0);
  record.present += static_cast<std::uint64_t>(static_cast<std::int64_t>(by));
  state_.put(keys::module(module), encode_module(record));
}

void PresenceFold::add_deadline_of(const PresenceRecord& user) {
  add_deadline(state_, header_.position, user.deadline, user_id_, user.module);
  add_count(state_, keys::lapsing(user.deadline, user.module), 1);
}

void PresenceFold::remove_deadline_of(const PresenceRecord& user) {
  remove_deadline(state_, user.deadline, user_id_);
  add_count(state_, keys::lapsing(user.deadline, user.module), -1);
}

void PresenceFold::show_on(const PresenceRecord& user, std::string_view resource) {
  const std::string_view before = user.module.empty() ? std::string_view() : user.resource;
  if (before == resource) return;
  if (!before.empty()) state_.erase(keys::viewer(before, user_id_));
  if (!resource.empty()) state_.put(keys::viewer(resource, user_id_), {});
}

ModuleTally PresenceFold::tally(std::string_view module) {
  const ModuleRecord record = on_day(state_, module, header_.received_time);
  state_.put(keys::module(module), encode_module(record));  // the day is found once
  return {std::string(module), record.total_users, record.present, record.today};
}

void PresenceFold::changed(const PresenceRecord& user, PresenceAction action, Time at,
                           std::string_view module, std::optional<std::string_view> from) {
  PresenceChange change{.action = action,
                        .user_id = std::string(user_id_),
                        .user_id_is_number = user.id_is_number,
                        .time = at,
                        .module = tally(module),
                        .from = {}};
  if (from) change.from = tally(*from);
  changes_.push_back(std::move(change));
}

}  // namespace syncline
