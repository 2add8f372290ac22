#include "schemas/body_codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "schemas/event_generated.h"

namespace syncline {
namespace {

using flatbuffers::FlatBufferBuilder;
using Text = flatbuffers::Offset<flatbuffers::String>;

// The numbers on disk are those of the code; event_type_test.cc compares every name in between.
constexpr bool same(auto ours, auto theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}
static_assert(same(EventType::custom, fbs::EventType::MIN));
static_assert(same(EventType::session_synced, fbs::EventType::session_synced));
static_assert(same(EventType::progress_deleted, fbs::EventType::progress_deleted));
static_assert(same(EventType::room_message, fbs::EventType::room_message));
static_assert(same(EventType::config_applied, fbs::EventType::config_applied));
static_assert(same(EventType::log_restored, fbs::EventType::MAX));
static_assert(same(Encoding::none, fbs::Encoding::none));
static_assert(same(Encoding::json, fbs::Encoding::json));
static_assert(same(Encoding::text, fbs::Encoding::text));
static_assert(same(Encoding::binary, fbs::Encoding::MAX));

// A text of ours and its field on disk: one row for writing and reading, so that they cannot
// differ.
template <class Ours>
struct TextField {
  std::string_view Ours::*ours;
  flatbuffers::voffset_t field;
};

using B = EventBody;
using FB = fbs::Body;
constexpr TextField<B> kBodyTexts[] = {
    {&B::id, FB::VT_ID},
    {&B::source, FB::VT_SOURCE},
    {&B::subject, FB::VT_SUBJECT},
    {&B::actor, FB::VT_ACTOR},
    {&B::tenant, FB::VT_TENANT},
    {&B::trace, FB::VT_TRACE},
    {&B::client_id, FB::VT_CLIENT_ID},
    {&B::client_address, FB::VT_CLIENT_ADDRESS},
    {&B::client_user_agent, FB::VT_CLIENT_USER_AGENT},
    {&B::extra_json, FB::VT_EXTRA_JSON},
    {&B::extensions_json, FB::VT_EXTENSIONS_JSON},
};

using S = SessionSynced;
using FS = fbs::SessionSynced;
constexpr TextField<S> kSessionTexts[] = {
    {&S::user_id, FS::VT_USER_ID},
    {&S::session_id, FS::VT_SESSION_ID},
    {&S::ip, FS::VT_IP},
    {&S::country, FS::VT_COUNTRY},
    {&S::region, FS::VT_REGION},
    {&S::city, FS::VT_CITY},
    {&S::timezone, FS::VT_TIMEZONE},
    {&S::location_formatted, FS::VT_LOCATION_FORMATTED},
    {&S::platform, FS::VT_PLATFORM},
    {&S::device_type, FS::VT_DEVICE_TYPE},
    {&S::browser, FS::VT_BROWSER},
    {&S::user_agent, FS::VT_USER_AGENT},
    {&S::os_version, FS::VT_OS_VERSION},
    {&S::device_formatted, FS::VT_DEVICE_FORMATTED},
    {&S::app_name, FS::VT_APP_NAME},
    {&S::app_version, FS::VT_APP_VERSION},
    {&S::build_number, FS::VT_BUILD_NUMBER},
    {&S::license_type, FS::VT_LICENSE_TYPE},
    {&S::authentication_method, FS::VT_AUTHENTICATION_METHOD},
    {&S::sync_source, FS::VT_SYNC_SOURCE},
    {&S::sync_version, FS::VT_SYNC_VERSION},
    {&S::heartbeat_type, FS::VT_HEARTBEAT_TYPE},
};

Text text(FlatBufferBuilder& out, std::string_view value) {
  return value.empty() ? Text() : out.CreateString(value.data(), value.size());
}

template <class Ours, std::size_t N>
std::array<Text, N> texts(FlatBufferBuilder& out, const Ours& from,
                          const TextField<Ours> (&fields)[N]) {
  std::array<Text, N> offsets;
  for (std::size_t i = 0; i < N; ++i) offsets[i] = text(out, from.*fields[i].ours);
  return offsets;
}

template <class Ours, std::size_t N>
void add_texts(FlatBufferBuilder& out, const std::array<Text, N>& offsets,
               const TextField<Ours> (&fields)[N]) {
  for (std::size_t i = 0; i < N; ++i) out.AddOffset(fields[i].field, offsets[i]);
}

std::int64_t micros(Time time) { return time.time_since_epoch().count(); }

struct Written {
  fbs::Payload type = fbs::Payload::NONE;
  flatbuffers::Offset<void> offset;
};

Written write(FlatBufferBuilder& out, const Document& d) {
  if (d.type.empty() && d.encoding == Encoding::none && d.data.empty() && d.content_type.empty()) {
    return {};
  }
  const Text type = text(out, d.type);
  const Text content_type = text(out, d.content_type);
  flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> data;
  if (!d.data.empty()) {
    data = out.CreateVector(reinterpret_cast<const std::uint8_t*>(d.data.data()), d.data.size());
  }
  const auto encoding = static_cast<fbs::Encoding>(d.encoding);
  return {fbs::Payload::Document,
          fbs::CreateDocument(out, type, encoding, data, content_type).Union()};
}

Written write(FlatBufferBuilder& out, const SessionSynced& s) {
  const auto offsets = texts(out, s, kSessionTexts);
  const Text status = text(out, name(s.status));
  flatbuffers::Offset<flatbuffers::Vector<Text>> risk_factors;
  if (!s.risk_factors.empty()) {
    std::vector<Text> factors;
    factors.reserve(s.risk_factors.size());
    for (const auto factor : s.risk_factors) {
      factors.push_back(out.CreateString(factor.data(), factor.size()));
    }
    risk_factors = out.CreateVector(factors);
  }

  fbs::SessionSyncedBuilder table(out);
  if (s.created_at) table.add_created_at(micros(*s.created_at));
  if (s.last_activity) table.add_last_activity(micros(*s.last_activity));
  if (s.risk_score) table.add_risk_score(*s.risk_score);
  if (s.duration_seconds) table.add_duration_seconds(*s.duration_seconds);
  if (s.sync_timestamp) table.add_sync_timestamp(micros(*s.sync_timestamp));
  if (s.last_sync_interval) table.add_last_sync_interval_ms(s.last_sync_interval->count());
  add_texts(out, offsets, kSessionTexts);
  table.add_status(status);
  if (!risk_factors.IsNull()) table.add_risk_factors(risk_factors);
  if (s.mfa_verified) table.add_mfa_verified(*s.mfa_verified);
  return {fbs::Payload::SessionSynced, table.Finish().Union()};
}

Written write(FlatBufferBuilder& out, const SessionExpired& e) {
  std::array<std::uint8_t, OriginId::kSize> origin;
  std::memcpy(origin.data(), e.beat.origin.bytes.data(), origin.size());
  const fbs::Name beat(flatbuffers::span<const std::uint8_t, OriginId::kSize>(origin),
                       e.beat.incarnation, e.beat.sequence.value);
  const Text user_id = text(out, e.user_id);
  const Text session_id = text(out, e.session_id);
  return {fbs::Payload::SessionExpired,
          fbs::CreateSessionExpired(out, user_id, session_id, e.beat.empty() ? nullptr : &beat,
                                    micros(e.deadline))
              .Union()};
}

Written write(FlatBufferBuilder& out, const ConfigApplied& c) {
  fbs::ConfigAppliedBuilder table(out);
  if (c.sessions_expire_after_intervals) {
    table.add_sessions_expire_after_intervals(*c.sessions_expire_after_intervals);
  }
  return {fbs::Payload::ConfigApplied, table.Finish().Union()};
}

Written write(FlatBufferBuilder& out, const IncarnationBegun& b) {
  const Text who = text(out, b.who);
  const Text reason = text(out, b.reason);
  fbs::IncarnationBegunBuilder table(out);
  if (b.from) table.add_from(b.from->value);
  if (b.to) table.add_to(b.to->value);
  table.add_who(who);
  table.add_reason(reason);
  return {fbs::Payload::IncarnationBegun, table.Finish().Union()};
}

// --- reading
// ---------------------------------------------------------------------------------------

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
  in.texts(out, s, kSessionTexts);
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

SessionExpired read(const Source& in, const fbs::SessionExpired& e) {
  SessionExpired out;
  out.user_id = in.text(e.user_id());
  out.session_id = in.text(e.session_id());
  if (const fbs::Name* beat = e.beat()) {
    std::memcpy(out.beat.origin.bytes.data(), beat->origin()->data(), OriginId::kSize);
    out.beat.incarnation = beat->incarnation();
    out.beat.sequence = Sequence(beat->sequence());
  }
  out.deadline = time(e.deadline());
  return out;
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
      return ConfigApplied{
          optional(body.payload_as_ConfigApplied()->sessions_expire_after_intervals())};
    case fbs::Payload::IncarnationBegun:
      return read(in, *body.payload_as_IncarnationBegun());
  }
  return Document{};
}

EventBody read_body(const Source& in) {
  const fbs::Body& body = *fbs::GetBody(in.bytes());
  EventBody out;
  in.texts(out, body, kBodyTexts);
  out.type = static_cast<EventType>(body.type());
  out.payload = read_payload(in, body);
  out.event_time = time(body.event_time());
  out.sent_time = time(body.sent_time());
  return out;
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
  if (const auto* expired = body.payload_as_SessionExpired(); expired && expired->beat()) {
    const auto& origin = *expired->beat()->origin();
    const std::string_view padded(reinterpret_cast<const char*>(origin.data()), OriginId::kSize);
    const std::string_view bare = padded.substr(0, padded.find('\0'));
    return OriginId::from(bare).has_value() &&
           padded.find_first_not_of('\0', bare.size()) == std::string_view::npos;
  }
  return true;
}

}  // namespace

std::string encode_body(const EventBody& body) {
  thread_local FlatBufferBuilder out;
  out.Clear();
  const Written payload = std::visit([](const auto& p) { return write(out, p); }, body.payload);
  const auto offsets = texts(out, body, kBodyTexts);

  fbs::BodyBuilder table(out);
  if (body.event_time) table.add_event_time(micros(*body.event_time));
  if (body.sent_time) table.add_sent_time(micros(*body.sent_time));
  add_texts(out, offsets, kBodyTexts);
  if (!payload.offset.IsNull()) table.add_payload(payload.offset);
  table.add_type(static_cast<fbs::EventType>(body.type));
  table.add_payload_type(payload.type);
  fbs::FinishBodyBuffer(out, table.Finish());
  return std::string(reinterpret_cast<const char*>(out.GetBufferPointer()), out.GetSize());
}

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
