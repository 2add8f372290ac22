#include <algorithm>
#include <cstring>

#include "schemas/body_codec.h"
#include "schemas/body_fields.h"
#include "schemas/event_generated.h"

namespace syncline {
namespace {

using namespace body_fields;

// FlatBuffers reads numbers in place, which wants a start on 8 bytes; a frame gives no such
// promise. So a body that lies askew is read from an aligned copy, while its texts are cut from the
// given bytes.
class Source {
 public:
  explicit Source(std::string_view given) : given_(given), read_(given.data()) {
    if (reinterpret_cast<std::uintptr_t>(given.data()) % sizeof(std::uint64_t) == 0) return;
    thread_local std::vector<std::uint64_t> aligned;
    const std::size_t words = given.size() / sizeof(std::uint64_t) + 1;
    if (aligned.size() < words) aligned.resize(words);
    std::memcpy(aligned.data(), given.data(), given.size());
    read_ = reinterpret_cast<const char*>(aligned.data());
  }

  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(read_); }

  // Of a String or a [ubyte].
  template <class T>
  std::string_view text(const flatbuffers::Vector<T>* value) const {
    if (value == nullptr) return {};
    const auto at = reinterpret_cast<const char*>(value->Data()) - read_;
    return given_.substr(static_cast<std::size_t>(at), value->size());
  }

  template <class Ours, class Table, std::size_t N>
  void texts(Ours& to, const Table& table, const TextField<Ours> (&fields)[N]) const {
    const auto& from = reinterpret_cast<const flatbuffers::Table&>(table);
    for (const auto& field : fields) {
      to.*field.ours = text(from.GetPointer<const flatbuffers::String*>(field.field));
    }
  }

 private:
  std::string_view given_;
  const char* read_;
};

Time time(std::int64_t micros) { return Time(Duration(micros)); }

std::optional<Time> time(flatbuffers::Optional<std::int64_t> micros) {
  return micros ? std::optional(time(*micros)) : std::nullopt;
}

template <class T>
std::optional<T> optional(flatbuffers::Optional<T> value) {
  return value ? std::optional<T>(*value) : std::nullopt;
}

Document read(const Source& in, const fbs::Document& d) {
  return {.type = in.text(d.type()),
          .encoding = static_cast<Encoding>(d.encoding()),
          .data = in.text(d.data()),
          .content_type = in.text(d.content_type())};
}

SessionSynced read(const Source& in, const fbs::SessionSynced& s) {
  SessionSynced out;
  in.texts(out, s, kSessionTexts<fbs::SessionSynced>);
  out.status = session_status(in.text(s.status())).value_or(SessionStatus::active);
  out.created_at = time(s.created_at());
  out.last_activity = time(s.last_activity());
  out.mfa_verified = optional(s.mfa_verified());
  out.risk_score = optional(s.risk_score());
  if (const auto* factors = s.risk_factors()) {
    out.risk_factors.reserve(factors->size());
    for (const auto* factor : *factors) out.risk_factors.push_back(in.text(factor));
  }
  out.duration_seconds = optional(s.duration_seconds());
  out.sync_timestamp = time(s.sync_timestamp());
  if (const auto ms = s.last_sync_interval_ms()) {
    out.last_sync_interval = std::chrono::milliseconds(*ms);
  }
  return out;
}

EventName read(const fbs::Name* on_disk) {
  EventName name;
  if (on_disk == nullptr) return name;
  std::memcpy(name.origin.bytes.data(), on_disk->origin()->data(), OriginId::kSize);
  name.incarnation = on_disk->incarnation();
  name.sequence = Sequence(on_disk->sequence());
  return name;
}

SessionExpired read(const Source& in, const fbs::SessionExpired& e) {
  return {in.text(e.user_id()), in.text(e.session_id()), read(e.beat()), time(e.deadline())};
}

PresenceZone read(const Source& in, const fbs::PresenceZone& z) {
  PresenceZone out;
  out.name = in.text(z.name());
  if (z.offsets() == nullptr) return out;
  out.offsets.reserve(z.offsets()->size());
  for (const fbs::ZoneOffset* o : *z.offsets()) {
    out.offsets.push_back({time(o->from()), std::chrono::seconds(o->east())});
  }
  return out;
}

ConfigApplied read(const Source& in, const fbs::ConfigApplied& c) {
  ConfigApplied out;
  out.sessions_expire_after_intervals = optional(c.sessions_expire_after_intervals());
  if (const auto ms = c.presence_expiry_ms()) out.presence_expiry = std::chrono::milliseconds(*ms);
  if (const auto* modules = c.presence_modules()) {
    out.presence_modules.emplace();
    for (const auto* m : *modules) {
      out.presence_modules->push_back({in.text(m->id()), in.text(m->name())});
    }
  }
  if (const auto* zone = c.presence_zone()) out.presence_zone = read(in, *zone);
  return out;
}

PresenceBeat read(const Source& in, const fbs::PresenceBeat& b) {
  PresenceBeat out;
  in.texts(out, b, kBeatTexts<fbs::PresenceBeat>);
  out.user_id_is_number = b.user_id_is_number();
  return out;
}

PresenceCleared read(const Source& in, const fbs::PresenceCleared& c) {
  return {in.text(c.user_id()), c.user_id_is_number()};
}

PresenceExpired read(const Source& in, const fbs::PresenceExpired& e) {
  return {in.text(e.user_id()), e.user_id_is_number(), read(e.beat()), time(e.deadline())};
}

IncarnationBegun read(const Source& in, const fbs::IncarnationBegun& b) {
  IncarnationBegun out;
  if (b.from()) out.from = Position(*b.from());
  if (b.to()) out.to = Position(*b.to());
  out.who = in.text(b.who());
  out.reason = in.text(b.reason());
  return out;
}

Payload read_payload(const Source& in, const fbs::Body& body) {
  if (body.payload() == nullptr) return Document{};
  switch (body.payload_type()) {
    case fbs::Payload::NONE:
      break;
    case fbs::Payload::Document:
      return read(in, *body.payload_as_Document());
    case fbs::Payload::SessionSynced:
      return read(in, *body.payload_as_SessionSynced());
    case fbs::Payload::SessionExpired:
      return read(in, *body.payload_as_SessionExpired());
    case fbs::Payload::ConfigApplied:
      return read(in, *body.payload_as_ConfigApplied());
    case fbs::Payload::IncarnationBegun:
      return read(in, *body.payload_as_IncarnationBegun());
    case fbs::Payload::PresenceBeat:
      return read(in, *body.payload_as_PresenceBeat());
    case fbs::Payload::PresenceCleared:
      return read(in, *body.payload_as_PresenceCleared());
    case fbs::Payload::PresenceExpired:
      return read(in, *body.payload_as_PresenceExpired());
  }
  return Document{};
}

EventBody read_body(const Source& in) {
  const fbs::Body& body = *fbs::GetBody(in.bytes());
  EventBody out;
  in.texts(out, body, kBodyTexts<fbs::Body>);
  out.type = static_cast<EventType>(body.type());
  out.payload = read_payload(in, body);
  out.event_time = time(body.event_time());
  out.sent_time = time(body.sent_time());
  return out;
}

bool known(const fbs::Name* name) {
  if (name == nullptr) return true;
  const auto& origin = *name->origin();
  const std::string_view padded(reinterpret_cast<const char*>(origin.data()), OriginId::kSize);
  const std::string_view bare = padded.substr(0, padded.find('\0'));
  return OriginId::from(bare).has_value() &&
         padded.find_first_not_of('\0', bare.size()) == std::string_view::npos;
}

// What FlatBuffers' verifier lets pass: a member, number or word that this schema does not have.
bool known(const Source& in, const fbs::Body& body) {
  if (body.type() > fbs::EventType::MAX || body.payload_type() > fbs::Payload::MAX) return false;
  if ((body.payload_type() == fbs::Payload::NONE) != (body.payload() == nullptr)) return false;
  if (const auto* document = body.payload_as_Document()) {
    return document->encoding() <= fbs::Encoding::MAX;
  }
  if (const auto* session = body.payload_as_SessionSynced()) {
    return session_status(in.text(session->status())).has_value();
  }
  if (const auto* expired = body.payload_as_SessionExpired()) return known(expired->beat());
  if (const auto* expired = body.payload_as_PresenceExpired()) return known(expired->beat());
  return true;
}

}  // namespace

std::optional<EventBody> decode_body(std::string_view bytes) {
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return std::nullopt;
  const Source in(bytes);
  flatbuffers::Verifier verifier(in.bytes(), bytes.size());
  if (!fbs::VerifyBodyBuffer(verifier) || !known(in, *fbs::GetBody(in.bytes()))) {
    return std::nullopt;
  }
  return read_body(in);
}

EventBody decode_trusted_body(std::string_view bytes) { return read_body(Source(bytes)); }

}  // namespace syncline
