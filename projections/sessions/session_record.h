// What the sessions projection keeps of one session: the sync that won, and what follows from it.
// The shape on disk stands in session_record.cc alone. Pure.
//
// The position is local to a log and is left out of the digest; everything else is the same on
// every node that has the same events.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "projections/sessions/session_phase.h"
#include "projections/write_rank.h"
#include "schemas/body.h"

namespace syncline {

// Half a SHA-256 of everything a sync said: two syncs with the same one are repeats of each other.
using ContentHash = std::array<char, 16>;
// Of how many syncs with the winner's merge stamp a session knows the content.
inline constexpr std::size_t kContentsKept = 8;

std::string encode_sync(const SessionSynced& sync);
SessionSynced decode_sync(std::string_view bytes);  // texts point into `bytes`
// `encoded`: the sync as it was sent.
ContentHash content_of(std::string_view encoded, std::string_view extra_json);

// A session's fields (created_at, location, device, application, security, duration) that `sync`
// leaves out become what is known of them. What tells of one sync alone (its metadata) does not.
// False: there was nothing to fill in.
bool fill_from(const SessionSynced& known, SessionSynced& sync);

struct SessionRecord {
  Position position;   // of the last event that moved it
  WriteRank winner;    // the sync that it shows
  Time received_time;  // of that sync
  // When it stops counting, or, once expired, when it did: repeats of the winner move it. None:
  // terminated.
  std::optional<Time> deadline;
  SessionPhase phase = SessionPhase::active;
  // Of the syncs that were applied at the winner's merge stamp, the newest first, which is the
  // winner: ContentHashes end to end.
  std::string_view contents;
  std::string_view own_id;  // ours, fixed by the first event
  std::string_view sync;    // the winner, encoded, with what it left out filled in
};

std::string encode_record(const SessionRecord& record);
// Texts point into `value`. A value that this program did not write is a broken invariant.
SessionRecord decode_record(std::string_view value);
// The value without its position.
std::string canonical_record(std::string_view value);

// Which of its contents that is, 0 being the winner's; none: nothing it knows of.
std::optional<std::size_t> place_of(const ContentHash& content, const SessionRecord& record);

// Where it stands at an instant: what has passed its deadline is expired, written or not.
SessionPhase phase_at(const SessionRecord& record, Time instant);

}  // namespace syncline
