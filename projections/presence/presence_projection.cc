#include "projections/presence/presence_projection.h"

#include "projections/presence/attendance.h"
#include "projections/presence/presence_fold.h"
#include "projections/presence/presence_settings.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

Outcome apply_beat(const Event& event, const PresenceBeat& beat, FoldState& state) {
  if (beat.user_id.empty() || beat.module.empty()) return {};
  const auto stored = state.get(keys::user(beat.user_id));
  PresenceRecord user = stored ? decode_presence(*stored) : PresenceRecord{};
  const WriteRank mark = mark_of(event.header);
  PresenceFold fold(state, event.header, beat.user_id);
  if (stored && mark <= user.mark) {
    fold.saw(user, beat.module);
    fold.store(user);
    return {};
  }
  const Time now = event.header.received_time;
  if (!user.module.empty() && !user.there(now)) {
    fold.leave(user, user.deadline, PresenceAction::expired);
  }
  user.mark = mark;
  user.id_is_number = beat.user_id_is_number;
  fold.saw(user, beat.module);
  fold.enter(user, beat);
  fold.store(user);
  return {.created = !stored, .applied = true};
}

Outcome apply_clear(const Event& event, const PresenceCleared& clear, FoldState& state) {
  if (clear.user_id.empty()) return {};
  const auto stored = state.get(keys::user(clear.user_id));
  PresenceRecord user = stored ? decode_presence(*stored) : PresenceRecord{};
  const WriteRank mark = mark_of(event.header);
  if (stored && mark <= user.mark) return {};
  PresenceFold fold(state, event.header, clear.user_id);
  const Time now = event.header.received_time;
  const bool was_in = !user.module.empty();
  if (was_in && user.there(now)) {
    user.id_is_number = clear.user_id_is_number;
    fold.leave(user, now, PresenceAction::left);
  } else if (was_in) {
    fold.leave(user, user.deadline, PresenceAction::expired);
  }
  user.mark = mark;  // also of who is not there: an older beat may be on its way
  user.id_is_number = clear.user_id_is_number;
  fold.store(user);
  return {.created = !stored, .applied = was_in};
}

// Counts once, and only for the beat it names: one that was decided before a newer mark came ends
// nothing.
Outcome apply_expiry(const Event& event, const PresenceExpired& expired, FoldState& state) {
  const auto stored = state.get(keys::user(expired.user_id));
  if (!stored) return {};
  PresenceRecord user = decode_presence(*stored);
  if (user.module.empty() || user.mark.name != expired.beat || user.deadline != expired.deadline) {
    return {};
  }
  PresenceFold fold(state, event.header, expired.user_id);
  fold.leave(user, user.deadline, PresenceAction::expired);
  fold.store(user);
  return {.applied = true};
}

}  // namespace

std::optional<Outcome> PresenceProjection::apply(const Event& event, FoldState& state) const {
  const Payload& payload = event.body.payload;
  if (const auto* beat = std::get_if<PresenceBeat>(&payload)) {
    return apply_beat(event, *beat, state);
  }
  if (const auto* clear = std::get_if<PresenceCleared>(&payload)) {
    return apply_clear(event, *clear, state);
  }
  if (const auto* expired = std::get_if<PresenceExpired>(&payload)) {
    return apply_expiry(event, *expired, state);
  }
  if (const auto* config = std::get_if<ConfigApplied>(&payload)) {
    return Outcome{.applied = apply_settings(*config, state)};
  }
  return std::nullopt;
}

std::optional<std::string> PresenceProjection::canonical(std::string_view key,
                                                         std::string_view value) const {
  switch (key.front()) {
    case 'c':
    case 'h':
    case 'k':
    case 'u':
    case 'z':
      return std::string(value);
    case 'q':
      return canonical_span(value);
    default:
      return std::nullopt;
  }
}

bool PresenceProjection::kept_in_past(std::string_view key) const {
  switch (key.front()) {
    case 'a':
    case 'b':
    case 'e':
    case kGrowsAtItsEnd:
      return false;
    default:
      return true;
  }
}

}  // namespace syncline
