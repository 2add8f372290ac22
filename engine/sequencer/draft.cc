#include "engine/sequencer/draft.h"

#include "engine/log/body_names.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

// CONTRACTS 6: a session's stamp rests on its last_activity, a beat's on when it was received.
std::optional<Time> claim_of(const EventBody& body) {
  if (const auto* synced = std::get_if<SessionSynced>(&body.payload)) return synced->last_activity;
  if (body.type == EventType::presence_beat) return std::nullopt;
  return body.event_time;
}

// 8 bytes, little-endian.
void append_number(std::string& out, std::uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  out.append(bytes, sizeof bytes);
}

void append_sized(std::string& out, std::string_view bytes) {
  append_number(out, bytes.size());
  out += bytes;
}

}  // namespace

Result<Draft> make_draft(const EventBody& body) {
  if (auto fault = names_fault(body)) return *fault;

  Draft draft;
  draft.bytes_ = encode_body(body);
  draft.body_hash_ = sha256(draft.bytes_);
  const EventBody encoded = decode_trusted_body(draft.bytes_);
  const auto slice = [&draft](std::string_view text) {
    if (text.empty()) return Draft::Slice{};
    return Draft::Slice{static_cast<std::uint32_t>(text.data() - draft.bytes_.data()),
                        static_cast<std::uint32_t>(text.size())};
  };
  draft.id_ = slice(encoded.id);
  draft.source_ = slice(encoded.source);
  draft.subject_ = slice(encoded.subject);
  draft.claim = claim_of(body);
  draft.sent = body.sent_time;
  return draft;
}

Hash content_hash(const EventBody& body, std::string_view canonical_data,
                  std::string_view canonical_extra) {
  // In one piece: a call of the hasher for each field costs more than the copies.
  thread_local std::string content;
  content.clear();
  append_sized(content, body.type_name());
  append_sized(content, body.subject);
  append_number(content, body.event_time ? 1 : 0);
  append_number(content, static_cast<std::uint64_t>(
                             body.event_time.value_or(Time{}).time_since_epoch().count()));
  append_sized(content, canonical_data);
  append_sized(content, canonical_extra);
  return sha256(content);
}

}  // namespace syncline
