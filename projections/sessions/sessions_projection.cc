#include "projections/sessions/sessions_projection.h"

#include "engine/error.h"
#include "projections/big_endian.h"
#include "projections/deadlines/deadline_index.h"
#include "projections/sessions/session_deadline.h"
#include "projections/sessions/session_id.h"
#include "projections/sessions/session_keys.h"
#include "projections/sessions/session_record.h"
#include "projections/sessions/user_record.h"

namespace syncline {
namespace {

namespace keys = session_keys;

std::uint64_t number(const FoldState& state, std::string_view key, std::uint64_t absent) {
  const auto value = state.get(key);
  return value ? read_big_endian(*value) : absent;
}

void put_number(FoldState& state, std::string_view key, std::uint64_t value) {
  std::string bytes;
  append_big_endian(bytes, value);
  state.put(key, bytes);
}

void move_count(FoldState& state, std::optional<SessionPhase> from, SessionPhase to) {
  if (from) {
    const std::string key = keys::count(*from);
    const std::uint64_t n = number(state, key, 0);
    SYNCLINE_CHECK(n > 0);
    put_number(state, key, n - 1);
  }
  const std::string key = keys::count(to);
  put_number(state, key, number(state, key, 0) + 1);
}

// Writes the record and moves what points at it. `position`: of the event that does it; `before`:
// as it was; nullptr: a new session.
void store(FoldState& state, Position position, std::string_view path, const SessionRecord* before,
           const SessionRecord& after) {
  state.put(keys::session(path), encode_record(after));
  const bool had_deadline =
      before != nullptr && before->deadline && before->phase != SessionPhase::expired;
  const bool has_deadline = after.deadline && after.phase != SessionPhase::expired;
  if (had_deadline) remove_deadline(state, *before->deadline, path);
  if (has_deadline) {
    const char phase = static_cast<char>(after.phase);
    add_deadline(state, position, *after.deadline, path, {&phase, 1});
  }
  if (before != nullptr && before->phase == after.phase) return;
  if (before != nullptr) state.erase(keys::by_phase(before->phase, path));
  state.put(keys::by_phase(after.phase, path), {});
  move_count(state, before ? std::optional(before->phase) : std::nullopt, after.phase);
}

// Does a sync of this rank, received then, take the session over?
bool takes_over(const WriteRank& rank, Time received, const SessionRecord& known) {
  switch (phase_at(known, received)) {
    case SessionPhase::terminated:
      return false;
    case SessionPhase::expired:  // only later activity revives it
      return rank.merge_stamp > known.winner.merge_stamp;
    case SessionPhase::active:
    case SessionPhase::idle:
      break;
  }
  return rank > known.winner;
}

// `login`: set by the first event of a session.
void note_user(FoldState& state, const SessionSynced& sync, const WriteRank& rank,
               std::optional<Time> login) {
  const std::string key = keys::user(sync.user_id);
  const auto stored = state.get(key);
  UserRecord user = stored ? decode_user(*stored) : UserRecord{Time::min(), {}, {}};
  if (stored && rank <= user.latest && (!login || *login <= user.last_login)) return;
  if (!stored || rank > user.latest) {
    user.latest = rank;
    user.session_id = sync.session_id;
  }
  if (login) user.last_login = std::max(user.last_login, *login);
  state.put(key, encode_user(user));
}

Outcome apply_sync(const Event& event, const SessionSynced& sync, FoldState& state) {
  const Time received = event.header.received_time;
  const WriteRank rank = rank_of(event.header);
  const std::string path = keys::path(sync.user_id, sync.session_id);
  std::string encoded = encode_sync(sync);
  const ContentHash content = content_of(encoded, event.body.extra_json);
  const SessionPhase phase = phase_of(sync.status);
  const auto intervals =
      static_cast<std::uint32_t>(number(state, keys::kConfig, kExpireAfterIntervals));
  const auto deadline = session_deadline(sync, received, intervals);

  const auto stored = state.get(keys::session(path));
  std::optional<SessionRecord> known;
  if (stored) known = decode_record(*stored);
  const bool same_stamp = known && rank.merge_stamp == known->winner.merge_stamp;
  if (same_stamp) {
    const auto repeated = place_of(content, *known);
    // What the winner replaced stays replaced, and what has expired stays so.
    if (repeated && (*repeated != 0 || phase_at(*known, received) != phase)) return {};
    if (repeated) {
      SessionRecord heard = *known;
      heard.deadline = deadline;
      store(state, event.header.position, path, &*known, heard);
      return {.applied = true};
    }
  }
  if (known && !takes_over(rank, received, *known)) return {};
  std::string contents(content.begin(), content.end());
  if (same_stamp) contents += known->contents.substr(0, (kContentsKept - 1) * contents.size());

  if (known) {
    SessionSynced filled = sync;
    if (fill_from(decode_sync(known->sync), filled)) encoded = encode_sync(filled);
  }
  std::string own_id;
  if (!known) {
    own_id = make_session_id(sync.user_id, sync.session_id, sync.created_at.value_or(received));
  }
  store(state, event.header.position, path, known ? &*known : nullptr,
        {.position = event.header.position,
         .winner = rank,
         .received_time = received,
         .deadline = deadline,
         .phase = phase,
         .contents = contents,
         .own_id = known ? known->own_id : own_id,
         .sync = encoded});
  std::optional<Time> login;
  if (!known) login = std::min(sync.created_at.value_or(received), received);
  note_user(state, sync, rank, login);
  return {.created = !known, .applied = true};
}

Outcome apply_expiry(const Event& event, const SessionExpired& expired, FoldState& state) {
  const std::string path = keys::path(expired.user_id, expired.session_id);
  const auto stored = state.get(keys::session(path));
  if (!stored) return {};
  const SessionRecord known = decode_record(*stored);
  const bool counts = known.phase == SessionPhase::active || known.phase == SessionPhase::idle;
  // It was decided before a newer sync, or a repeat, was heard.
  const bool overtaken = known.winner.name != expired.beat || known.deadline != expired.deadline;
  if (!counts || overtaken) return {};
  SessionRecord after = known;
  after.position = event.header.position;
  after.phase = SessionPhase::expired;
  store(state, event.header.position, path, &known, after);
  return {.applied = true};
}

Outcome apply_config(const ConfigApplied& config, FoldState& state) {
  // None is no time at all: nothing would ever be active.
  const auto intervals = config.sessions_expire_after_intervals.value_or(0);
  if (intervals == 0) return {};
  if (number(state, keys::kConfig, kExpireAfterIntervals) == intervals) return {};
  put_number(state, keys::kConfig, intervals);
  return {.applied = true};
}

}  // namespace

std::optional<Outcome> SessionsProjection::apply(const Event& event, FoldState& state) const {
  const Payload& payload = event.body.payload;
  if (const auto* sync = std::get_if<SessionSynced>(&payload)) {
    return apply_sync(event, *sync, state);
  }
  if (const auto* expired = std::get_if<SessionExpired>(&payload)) {
    return apply_expiry(event, *expired, state);
  }
  if (const auto* config = std::get_if<ConfigApplied>(&payload)) {
    return apply_config(*config, state);
  }
  return std::nullopt;
}

std::optional<std::string> SessionsProjection::canonical(std::string_view key,
                                                         std::string_view value) const {
  switch (key.front()) {
    case 's':
      return canonical_record(value);
    case 'c':
    case 'u':
      return std::string(value);
    default:
      return std::nullopt;
  }
}

bool SessionsProjection::kept_in_past(std::string_view key) const {
  switch (key.front()) {
    case 'c':
    case 'n':
    case 's':
    case 'u':
      return true;
    default:
      return false;
  }
}

}  // namespace syncline
