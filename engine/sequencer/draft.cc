#include "engine/sequencer/draft.h"

#include "engine/limits.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

std::optional<Error> name_fault(std::string_view what, std::string_view name, bool required) {
  if (required && name.empty()) {
    return Error{ErrorCode::invalid, "the event has no " + std::string(what) + "; give it one"};
  }
  if (name.size() > limits::kNameBytes) {
    return Error{ErrorCode::too_large, "the event's " + std::string(what) + " is " +
                                           std::to_string(name.size()) + " bytes long; at most " +
                                           std::to_string(limits::kNameBytes) + " are taken"};
  }
  if (name.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::invalid, "the event's " + std::string(what) + " holds a NUL byte"};
  }
  return std::nullopt;
}

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
  if (auto fault = name_fault("id", body.id, true)) return *fault;
  if (auto fault = name_fault("source", body.source, true)) return *fault;
  if (auto fault = name_fault("subject", body.subject, false)) return *fault;
  if (auto fault = name_fault("type", body.type_name(), true)) return *fault;

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
