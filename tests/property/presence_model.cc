#include "tests/property/presence_model.h"

#include <algorithm>

namespace syncline {
namespace {

using std::chrono::minutes;

WriteRank mark_of_event(const Event& event) {
  return {event.header.received_time, event.header.hlc, event.header.name};
}

}  // namespace

Outcome PresenceModel::add(const Event& event) {
  position_ = event.header.position;
  now_ = event.header.received_time;
  const Payload& payload = event.body.payload;
  if (const auto* b = std::get_if<PresenceBeat>(&payload)) return beat(event, *b);
  if (const auto* c = std::get_if<PresenceCleared>(&payload)) return clear(event, *c);
  if (const auto* e = std::get_if<PresenceExpired>(&payload)) return expire(*e);
  return configure(std::get<ConfigApplied>(payload));
}

Outcome PresenceModel::beat(const Event& event, const PresenceBeat& beat) {
  const std::string id(beat.user_id), module(beat.module);
  const bool created = !users_.contains(id);
  User& user = users_[id];
  const bool late = !created && mark_of_event(event) <= user.mark;
  if (!late && user.in && now_ >= user.who.deadline) {
    close(user, id, user.who.deadline, PresenceAction::expired);
  }
  for (const std::string& m : {module, std::string()}) {
    Time& last = seen_[m].try_emplace(id, now_).first->second;
    last = std::max(last, now_);
  }
  if (late) return {};
  user.mark = mark_of_event(event);
  const Time deadline = now_ + expiry_;
  const Who before = user.who;
  user.who = {module,
              std::string(beat.page),
              std::string(beat.resource),
              std::string(beat.name),
              now_,
              now_,
              deadline};
  if (user.in && before.module == module) {
    user.who.since = before.since;
  } else if (user.in) {
    stays_[user.stay].to = now_;
    stays_[user.stay].written = true;
    user.stay = stays_.size();
    stays_.push_back({id, module, now_, deadline});
    stays_[user.presence].to = deadline;
    changed(PresenceAction::moved, id, now_, module, before.module);
  } else {
    open(user, id, module, now_);
    changed(PresenceAction::entered, id, now_, module);
  }
  stays_[user.stay].to = stays_[user.presence].to = deadline;
  return {.created = created, .applied = true};
}

Outcome PresenceModel::clear(const Event& event, const PresenceCleared& clear) {
  const std::string id(clear.user_id);
  const bool created = !users_.contains(id);
  User& user = users_[id];
  if (!created && mark_of_event(event) <= user.mark) return {};
  user.mark = mark_of_event(event);
  const bool was_in = user.in;
  if (was_in && now_ < user.who.deadline) {
    close(user, id, now_, PresenceAction::left);
  } else if (was_in) {
    close(user, id, user.who.deadline, PresenceAction::expired);
  }
  return {.created = created, .applied = was_in};
}

Outcome PresenceModel::expire(const PresenceExpired& expired) {
  const auto it = users_.find(std::string(expired.user_id));
  if (it == users_.end() || !it->second.in) return {};
  User& user = it->second;
  if (user.mark.name != expired.beat || user.who.deadline != expired.deadline) return {};
  close(user, it->first, user.who.deadline, PresenceAction::expired);
  return {.applied = true};
}

Outcome PresenceModel::configure(const ConfigApplied& config) {
  if (config.presence_expiry) expiry_ = *config.presence_expiry;
  if (config.presence_zone) zone_ = config.presence_zone->offsets;
  if (config.presence_modules) {
    modules_.clear();
    for (const auto& m : *config.presence_modules) modules_.emplace_back(m.id, m.name);
  }
  return {};
}

void PresenceModel::open(User& user, const std::string& id, const std::string& module, Time from) {
  user.in = true;
  user.stay = stays_.size();
  stays_.push_back({id, module, from, user.who.deadline});
  user.presence = stays_.size();
  stays_.push_back({id, "", from, user.who.deadline});
}

void PresenceModel::close(User& user, const std::string& id, Time to, PresenceAction action) {
  user.in = false;
  for (Stay* stay : {&stays_[user.stay], &stays_[user.presence]}) {
    stay->to = to;
    stay->written = true;
  }
  changed(action, id, to, user.who.module);
}

void PresenceModel::changed(PresenceAction action, const std::string& user, Time time,
                            const std::string& module, const std::string& from) {
  if (changes_.empty() || changes_.back().position != position_) {
    changes_.push_back({position_, {}});
  }
  PresenceChange change{action, user, false, time, tally(module), {}};
  if (!from.empty()) change.from = tally(from);
  changes_.back().changes.push_back(change);
}

ModuleTally PresenceModel::tally(const std::string& module) const {
  std::uint64_t there = 0;
  for (const Stay& stay : stays_) there += stay.module == module && !stay.written ? 1 : 0;
  return {module, total(module), there, today(now_, module)};
}

Time PresenceModel::midnight(Time instant) const {
  const auto date = [&](Time t) {
    std::chrono::seconds east(zone_.empty() ? 0 : zone_.front().east.count());
    for (const ZoneOffset& offset : zone_) {
      if (offset.from <= t) east = offset.east;
    }
    return std::chrono::floor<std::chrono::days>(t + east);
  };
  Time first = std::chrono::floor<std::chrono::hours>(instant);
  if (date(first) != date(instant)) first += minutes(30);
  while (date(first - minutes(15)) == date(instant)) first -= minutes(15);
  return first;
}

std::uint64_t PresenceModel::active(Time now, const std::string& module) const {
  std::uint64_t count = 0;
  for (const Stay& stay : stays_) {
    count += stay.module == module && stay.from <= now && now < stay.to ? 1 : 0;
  }
  return count;
}

std::uint64_t PresenceModel::today(Time now, const std::string& module) const {
  const auto it = seen_.find(module);
  if (it == seen_.end()) return 0;
  const Time from = midnight(now);
  return static_cast<std::uint64_t>(std::count_if(
      it->second.begin(), it->second.end(), [&](const auto& seen) { return seen.second >= from; }));
}

std::uint64_t PresenceModel::total(const std::string& module) const {
  const auto it = seen_.find(module);
  return it == seen_.end() ? 0 : it->second.size();
}

std::map<std::string, PresenceModel::Who> PresenceModel::present(Time now) const {
  std::map<std::string, Who> found;
  for (const auto& [id, user] : users_) {
    if (user.in && now < user.who.deadline) found[id] = user.who;
  }
  return found;
}

std::vector<PresenceModel::Due> PresenceModel::due(Time now) const {
  std::vector<Due> found;
  for (const auto& [id, user] : users_) {
    if (user.in && user.who.deadline <= now) {
      found.push_back({id, user.mark.name, user.who.deadline});
    }
  }
  std::ranges::sort(found, {}, [](const Due& d) { return std::pair(d.deadline, d.user); });
  return found;
}

PresenceHistory PresenceModel::history(Time now, const std::string& module,
                                       const HistoryRange& range) const {
  PresenceHistory history;
  const Time to = std::min(range.to, now);
  history.peak.time = range.from;
  if (range.from >= to) {
    for (const auto& [id, name] : modules_) history.distribution.emplace_back(id, 0.0);
    return history;
  }
  std::vector<Time> starts, ends;
  for (const Stay& stay : stays_) {
    if (stay.module != module) continue;
    starts.push_back(stay.from);
    ends.push_back(stay.to);
  }
  std::ranges::sort(starts);
  std::ranges::sort(ends);
  const auto up_to = [](const std::vector<Time>& times, Time t) {
    return std::ranges::upper_bound(times, t) - times.begin();
  };
  const auto there = [&](Time t) {
    return static_cast<std::uint64_t>(up_to(starts, t) - up_to(ends, t));
  };
  for (Time t = range.from; t < to; t += range.step) history.points.push_back({t, there(t)});
  history.peak = {range.from, there(range.from)};
  Duration stayed(0), all(0);
  std::uint64_t ended = 0;
  std::map<std::string, Duration> shares;
  for (const Stay& stay : stays_) {
    if (stay.module == module && stay.from > range.from && stay.from < to) {
      const PresencePoint point{stay.from, there(stay.from)};
      const bool higher = point.active_now > history.peak.active_now;
      const bool first =
          point.active_now == history.peak.active_now && point.time < history.peak.time;
      if (higher || first) history.peak = point;
    }
    if (stay.module == module && stay.to >= range.from && stay.to < to) {
      ++ended;
      stayed += stay.to - stay.from;
    }
    const Duration inside = std::min(stay.to, to) - std::max(stay.from, range.from);
    if (inside > Duration(0)) shares[stay.module] += inside;
  }
  if (ended > 0) {
    history.average_session_seconds =
        std::chrono::duration<double>(stayed).count() / static_cast<double>(ended);
  }
  for (const auto& [id, name] : modules_) all += shares[id];
  for (const auto& [id, name] : modules_) {
    const double share = all == Duration(0) ? 0
                                            : static_cast<double>(shares[id].count()) /
                                                  static_cast<double>(all.count());
    history.distribution.emplace_back(id, share);
  }
  return history;
}

}  // namespace syncline
