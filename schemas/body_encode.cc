#include <array>
#include <cstring>

#include "schemas/body_codec.h"
#include "schemas/body_fields.h"
#include "schemas/event_generated.h"

namespace syncline {
namespace {

using namespace body_fields;
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
  const auto offsets = texts(out, s, kSessionTexts<fbs::SessionSynced>);
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
  add_texts(out, offsets, kSessionTexts<fbs::SessionSynced>);
  table.add_status(status);
  if (!risk_factors.IsNull()) table.add_risk_factors(risk_factors);
  if (s.mfa_verified) table.add_mfa_verified(*s.mfa_verified);
  return {fbs::Payload::SessionSynced, table.Finish().Union()};
}

fbs::Name name_on_disk(const EventName& name) {
  std::array<std::uint8_t, OriginId::kSize> origin;
  std::memcpy(origin.data(), name.origin.bytes.data(), origin.size());
  return {flatbuffers::span<const std::uint8_t, OriginId::kSize>(origin), name.incarnation,
          name.sequence.value};
}

Written write(FlatBufferBuilder& out, const SessionExpired& e) {
  const fbs::Name beat = name_on_disk(e.beat);
  const Text user_id = text(out, e.user_id);
  const Text session_id = text(out, e.session_id);
  return {fbs::Payload::SessionExpired,
          fbs::CreateSessionExpired(out, user_id, session_id, e.beat.empty() ? nullptr : &beat,
                                    micros(e.deadline))
              .Union()};
}

using Modules = flatbuffers::Vector<flatbuffers::Offset<fbs::PresenceModule>>;

flatbuffers::Offset<Modules> write(FlatBufferBuilder& out,
                                   const std::vector<PresenceModule>& modules) {
  std::vector<flatbuffers::Offset<fbs::PresenceModule>> offsets;
  for (const PresenceModule& module : modules) {
    const Text id = text(out, module.id);
    const Text name = text(out, module.name);
    offsets.push_back(fbs::CreatePresenceModule(out, id, name));
  }
  return out.CreateVector(offsets);
}

flatbuffers::Offset<fbs::PresenceZone> write(FlatBufferBuilder& out, const PresenceZone& zone) {
  std::vector<fbs::ZoneOffset> offsets;
  for (const ZoneOffset& o : zone.offsets) {
    offsets.emplace_back(micros(o.from), static_cast<std::int32_t>(o.east.count()));
  }
  const Text name = text(out, zone.name);
  return fbs::CreatePresenceZone(out, name, out.CreateVectorOfStructs(offsets));
}

Written write(FlatBufferBuilder& out, const ConfigApplied& c) {
  flatbuffers::Offset<Modules> modules;
  if (c.presence_modules) modules = write(out, *c.presence_modules);
  flatbuffers::Offset<fbs::PresenceZone> zone;
  if (c.presence_zone) zone = write(out, *c.presence_zone);

  fbs::ConfigAppliedBuilder table(out);
  if (c.presence_expiry) table.add_presence_expiry_ms(c.presence_expiry->count());
  if (c.sessions_expire_after_intervals) {
    table.add_sessions_expire_after_intervals(*c.sessions_expire_after_intervals);
  }
  if (c.presence_modules) table.add_presence_modules(modules);
  if (c.presence_zone) table.add_presence_zone(zone);
  return {fbs::Payload::ConfigApplied, table.Finish().Union()};
}

Written write(FlatBufferBuilder& out, const PresenceBeat& b) {
  const auto offsets = texts(out, b, kBeatTexts<fbs::PresenceBeat>);
  fbs::PresenceBeatBuilder table(out);
  add_texts(out, offsets, kBeatTexts<fbs::PresenceBeat>);
  table.add_user_id_is_number(b.user_id_is_number);
  return {fbs::Payload::PresenceBeat, table.Finish().Union()};
}

Written write(FlatBufferBuilder& out, const PresenceCleared& c) {
  const Text user_id = text(out, c.user_id);
  return {fbs::Payload::PresenceCleared,
          fbs::CreatePresenceCleared(out, user_id, c.user_id_is_number).Union()};
}

Written write(FlatBufferBuilder& out, const PresenceExpired& e) {
  const fbs::Name beat = name_on_disk(e.beat);
  const Text user_id = text(out, e.user_id);
  return {fbs::Payload::PresenceExpired,
          fbs::CreatePresenceExpired(out, user_id, e.user_id_is_number,
                                     e.beat.empty() ? nullptr : &beat, micros(e.deadline))
              .Union()};
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

}  // namespace

std::string encode_body(const EventBody& body) {
  thread_local FlatBufferBuilder out;
  out.Clear();
  const Written payload = std::visit([](const auto& p) { return write(out, p); }, body.payload);
  const auto offsets = texts(out, body, kBodyTexts<fbs::Body>);

  fbs::BodyBuilder table(out);
  if (body.event_time) table.add_event_time(micros(*body.event_time));
  if (body.sent_time) table.add_sent_time(micros(*body.sent_time));
  add_texts(out, offsets, kBodyTexts<fbs::Body>);
  if (!payload.offset.IsNull()) table.add_payload(payload.offset);
  table.add_type(static_cast<fbs::EventType>(body.type));
  table.add_payload_type(payload.type);
  fbs::FinishBodyBuffer(out, table.Finish());
  return std::string(reinterpret_cast<const char*>(out.GetBufferPointer()), out.GetSize());
}

}  // namespace syncline
