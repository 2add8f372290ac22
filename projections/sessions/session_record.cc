// A record: u8 format (1), u64 position, rank (time, u64, 16, u32, u64), time received, time
// deadline (the smallest: none), u8 phase, text content hashes (16 each), text own id, then the
// sync to the end. A sync: u8 status, u32 which optional numbers are there (and the value of the
// flag), those numbers, the texts in the order of for_each_text(), the risk factors (their count in
// front).
#include "projections/sessions/session_record.h"

#include "engine/sha256.h"
#include "projections/packed.h"

namespace syncline {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr Time kNoDeadline = Time::min();
constexpr std::size_t kPositionEnd = 1 + 8;

enum Present : std::uint32_t {
  kCreatedAt = 1 << 0,
  kLastActivity = 1 << 1,
  kSyncTimestamp = 1 << 2,
  kInterval = 1 << 3,
  kRiskScore = 1 << 4,
  kDuration = 1 << 5,
  kMfaKnown = 1 << 6,
  kMfaVerified = 1 << 7,
};

using S = SessionSynced;
using Text = std::string_view S::*;
constexpr Text kIds[] = {&S::user_id, &S::session_id};
constexpr Text kSessionTexts[] = {&S::ip,
                                  &S::country,
                                  &S::region,
                                  &S::city,
                                  &S::timezone,
                                  &S::location_formatted,
                                  &S::platform,
                                  &S::device_type,
                                  &S::browser,
                                  &S::user_agent,
                                  &S::os_version,
                                  &S::device_formatted,
                                  &S::app_name,
                                  &S::app_version,
                                  &S::build_number,
                                  &S::license_type,
                                  &S::authentication_method};
constexpr Text kMetadataTexts[] = {&S::sync_source, &S::sync_version, &S::heartbeat_type};

template <class Each>
void for_each_text(Each each) {
  for (const Text text : kIds) each(text);
  for (const Text text : kSessionTexts) each(text);
  for (const Text text : kMetadataTexts) each(text);
}

std::uint32_t present(const SessionSynced& s) {
  return (s.created_at ? kCreatedAt : 0u) | (s.last_activity ? kLastActivity : 0u) |
         (s.sync_timestamp ? kSyncTimestamp : 0u) | (s.last_sync_interval ? kInterval : 0u) |
         (s.risk_score ? kRiskScore : 0u) | (s.duration_seconds ? kDuration : 0u) |
         (s.mfa_verified ? kMfaKnown : 0u) | (s.mfa_verified.value_or(false) ? kMfaVerified : 0u);
}

}  // namespace

std::string encode_sync(const SessionSynced& s) {
  std::string out;
  out.reserve(512);
  Packer pack(out);
  pack.u8(static_cast<std::uint8_t>(s.status));
  pack.u32(present(s));
  if (s.created_at) pack.time(*s.created_at);
  if (s.last_activity) pack.time(*s.last_activity);
  if (s.sync_timestamp) pack.time(*s.sync_timestamp);
  if (s.last_sync_interval) {
    pack.u64(static_cast<std::uint64_t>(s.last_sync_interval->count()));
  }
  if (s.risk_score) pack.real(*s.risk_score);
  if (s.duration_seconds) pack.real(*s.duration_seconds);
  for_each_text([&](Text text) { pack.text(s.*text); });
  pack.size(s.risk_factors.size());
  for (const std::string_view factor : s.risk_factors) pack.text(factor);
  return out;
}

SessionSynced decode_sync(std::string_view bytes) {
  Unpacker in(bytes);
  SessionSynced s;
  s.status = static_cast<SessionStatus>(in.u8());
  const std::uint32_t there = in.u32();
  if (there & kCreatedAt) s.created_at = in.time();
  if (there & kLastActivity) s.last_activity = in.time();
  if (there & kSyncTimestamp) s.sync_timestamp = in.time();
  if (there & kInterval) {
    s.last_sync_interval = std::chrono::milliseconds(static_cast<std::int64_t>(in.u64()));
  }
  if (there & kRiskScore) s.risk_score = in.real();
  if (there & kDuration) s.duration_seconds = in.real();
  if (there & kMfaKnown) s.mfa_verified = (there & kMfaVerified) != 0;
  for_each_text([&](Text text) { s.*text = in.text(); });
  s.risk_factors.resize(in.size());
  for (std::string_view& factor : s.risk_factors) factor = in.text();
  return s;
}

ContentHash content_of(std::string_view encoded, std::string_view extra_json) {
  const Hash hash = sha256(std::string(encoded).append(extra_json));
  ContentHash out;
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

bool fill_from(const SessionSynced& known, SessionSynced& sync) {
  bool filled = false;
  const auto fill = [&](auto field) {
    const std::remove_reference_t<decltype(sync.*field)> absent{};
    if (sync.*field != absent || known.*field == absent) return;
    sync.*field = known.*field;
    filled = true;
  };
  for (const Text text : kSessionTexts) fill(text);
  fill(&S::created_at);
  fill(&S::duration_seconds);
  fill(&S::mfa_verified);
  fill(&S::risk_score);
  fill(&S::risk_factors);
  return filled;
}

std::string encode_record(const SessionRecord& record) {
  std::string out;
  out.reserve(128 + record.contents.size() + record.own_id.size() + record.sync.size());
  Packer pack(out);
  pack.u8(kFormat);
  pack.u64(record.position.value);
  pack.rank(record.winner);
  pack.time(record.received_time);
  pack.time(record.deadline.value_or(kNoDeadline));
  pack.u8(static_cast<std::uint8_t>(record.phase));
  pack.text(record.contents);
  pack.text(record.own_id);
  pack.bytes(record.sync);
  return out;
}

SessionRecord decode_record(std::string_view value) {
  Unpacker in(value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  SessionRecord record;
  record.position = Position(in.u64());
  record.winner = in.rank();
  record.received_time = in.time();
  if (const Time deadline = in.time(); deadline != kNoDeadline) record.deadline = deadline;
  record.phase = static_cast<SessionPhase>(in.u8());
  record.contents = in.text();
  record.own_id = in.text();
  record.sync = in.rest();
  return record;
}

std::string canonical_record(std::string_view value) {
  std::string out(value.substr(0, 1));
  out += value.substr(kPositionEnd);
  return out;
}

std::optional<std::size_t> place_of(const ContentHash& content, const SessionRecord& record) {
  const std::string_view wanted(content.data(), content.size());
  for (std::size_t i = 0; i * wanted.size() < record.contents.size(); ++i) {
    if (record.contents.substr(i * wanted.size(), wanted.size()) == wanted) return i;
  }
  return std::nullopt;
}

SessionPhase phase_at(const SessionRecord& record, Time instant) {
  const bool passed = record.deadline && *record.deadline <= instant;
  return passed ? SessionPhase::expired : record.phase;
}

}  // namespace syncline
