#include "tests/property/presence_program.h"

#include <algorithm>

#include "projections/deadlines/deadline_index.h"
#include "projections/presence/presence_view.h"

namespace syncline {
namespace {

using namespace std::chrono;

Time utc(unsigned month_number, unsigned day_number, int hour) {
  return sys_days(year(2025) / month(month_number) / day(day_number)) + hours(hour);
}

// Two zones of different hemispheres; in Santiago clocks leap over midnight.
PresenceZone zone(std::uint64_t which) {
  if (which == 0) return {"UTC", {{utc(1, 1, 0), seconds(0)}}};
  if (which == 1) {
    return {"Europe/Zurich",
            {{utc(1, 1, 0), hours(1)}, {utc(3, 30, 1), hours(2)}, {utc(10, 26, 1), hours(1)}}};
  }
  return {"America/Santiago",
          {{utc(1, 1, 0), -hours(3)}, {utc(4, 6, 3), -hours(4)}, {utc(9, 7, 4), -hours(3)}}};
}

}  // namespace

PresenceProgram::PresenceProgram(std::uint64_t seed, std::uint64_t users) : random_(seed) {
  for (std::uint64_t i = 0; i < users; ++i) users_.push_back("u" + std::to_string(i));
}

Time PresenceProgram::begin() {
  const Time eves[] = {utc(3, 29, 20), utc(10, 25, 20), utc(4, 5, 22), utc(9, 6, 22),
                       utc(7, 1, 21)};
  return eves[below(std::size(eves))] + Duration(below(3'600'000'000));
}

std::string_view PresenceProgram::any_module() {
  constexpr std::string_view kModules[] = {"pms", "pms", "pms", "ih", "ih", "shop"};
  return kModules[below(std::size(kModules))];
}

std::string_view PresenceProgram::any_resource() {
  constexpr std::string_view kResources[] = {"", "", "order/7", "order/8"};
  return kResources[below(std::size(kResources))];
}

PresenceBeat PresenceProgram::beat() {
  return {.user_id = any_user(),
          .module = any_module(),
          .page = one_in(2) ? "/orders" : "",
          .resource = any_resource(),
          .name = one_in(2) ? "Ann" : ""};
}

Duration PresenceProgram::gap() {
  switch (below(16)) {
    case 0:
      return hours(below(9));
    case 1:
    case 2:
      return minutes(below(10));
    case 3:
      return Duration(1);
    case 4:
    case 5:
      return Duration(0);
    default:
      return Duration(below(60'000'000));
  }
}

Time PresenceProgram::instant(const PresenceScript& script) {
  const auto next = next_deadline(script.state);
  if (!next || one_in(3)) return script.now + gap();
  return std::max(script.now, *next + Duration(static_cast<std::int64_t>(below(3)) - 1));
}

Outcome PresenceProgram::step(PresenceScript& script) {
  const auto crowd = static_cast<std::int64_t>(users_.size() / 5 + 1);
  script.now = one_in(8) ? instant(script) : script.now + gap() / crowd;
  switch (below(20)) {
    case 0:
    case 1:
      return script.clear(any_user());
    case 2:
    case 3:
    case 4:
    case 5:
      return expire(script);
    case 6:
      return one_in(2) ? late(script) : script.beat(beat());
    case 7:
      return one_in(2) ? configure(script) : script.beat(beat());
    default:
      return script.beat(beat());
  }
}

// Mostly of what is due; else of any beat, with its deadline or another one.
Outcome PresenceProgram::expire(PresenceScript& script) {
  const auto due = due_presences(script.state, script.now, 1 + below(8));
  if (!due.empty() && !one_in(4)) {
    const DuePresence& one = due.back();
    const std::string_view user = *std::ranges::find(users_, one.user_id);
    return script.expire(user, Position(one.beat.sequence.value), one.deadline);
  }
  const Position beat(1 + below(script.position().value + 1));
  return script.expire(any_user(), beat, script.now - Duration(below(1000)));
}

// Of a user who has a newer mark.
Outcome PresenceProgram::late(PresenceScript& script) {
  for (const Event& event : script.events()) {
    const auto* known = std::get_if<PresenceBeat>(&event.body.payload);
    if (known == nullptr || !one_in(4)) continue;
    const Time received = event.header.received_time - Duration(below(7'200'000'000));
    if (one_in(4)) return script.late(received, PresenceCleared{known->user_id});
    PresenceBeat old = beat();
    old.user_id = known->user_id;
    return script.late(received, old);
  }
  return script.beat(beat());
}

Outcome PresenceProgram::configure(PresenceScript& script) {
  ConfigApplied config;
  if (one_in(2)) config.presence_expiry = seconds(30 + 30 * static_cast<int>(below(20)));
  if (one_in(2)) config.presence_zone = zone(below(3));
  if (one_in(4)) {
    config.presence_modules = {{{"pms", "procurement"}, {"shop", "sales"}}};
  } else if (one_in(4)) {
    config.presence_modules = {{{"pms", "procurement"}, {"ih", "innovation"}}};
  }
  return script.configure(config);
}

}  // namespace syncline
