#include "schemas/body_codec.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace syncline {
namespace {

Time at(std::int64_t micros) { return Time(Duration(micros)); }

SessionSynced full_session() {
  SessionSynced s;
  s.user_id = "42";
  s.session_id = "cc-7";
  s.status = SessionStatus::idle;
  s.created_at = at(1758233370000000);
  s.last_activity = at(1758233400123456);
  s.ip = "203.0.113.9";
  s.country = "CH";
  s.region = "Zurich";
  s.city = "Z\u00fcrich";
  s.timezone = "Europe/Zurich";
  s.location_formatted = "Z\u00fcrich, CH";
  s.platform = "macOS";
  s.device_type = "desktop";
  s.browser = "Firefox";
  s.user_agent = "Mozilla/5.0";
  s.os_version = "14.5";
  s.device_formatted = "Firefox on macOS";
  s.app_name = "CentCom";
  s.app_version = "1.4.2";
  s.build_number = "1042";
  s.license_type = "pro";
  s.mfa_verified = false;
  s.risk_score = 0.1;
  s.risk_factors = {"new_device", "vpn"};
  s.authentication_method = "oauth";
  s.duration_seconds = 1800.5;
  s.sync_timestamp = at(1758233401000000);
  s.sync_source = "centcom";
  s.sync_version = "1.0";
  s.last_sync_interval = std::chrono::milliseconds(480000);
  s.heartbeat_type = "active";
  return s;
}

EventBody full_body() {
  EventBody b;
  b.id = "evt-1";
  b.source = "centcom";
  b.subject = "session/42/cc-7";
  b.type = EventType::session_synced;
  b.payload = full_session();
  b.event_time = at(1758233400123456);
  b.actor = "api_key:centcom";
  b.tenant = "lyceum";
  b.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  b.sent_time = at(1758233402000000);
  b.client_id = "centcom-eu";
  b.client_address = "198.51.100.4";
  b.client_user_agent = "CentCom/1.4.2";
  b.extra_json = R"({"theme":"dark"})";
  b.extensions_json = R"({"dataschema":"https://example.com/s"})";
  return b;
}

EventBody expired_body() {
  SessionExpired e;
  e.user_id = "42";
  e.session_id = "cc-7";
  e.beat = {*OriginId::from("node-a"), 3, Sequence(1234567890123)};
  e.deadline = at(1758234360000001);
  EventBody b;
  b.id = "exp-1";
  b.source = "syncline/a";
  b.subject = "session/42/cc-7";
  b.type = EventType::session_expired;
  b.payload = e;
  return b;
}

EventBody config_body() {
  EventBody b;
  b.id = "cfg-1";
  b.source = "syncline/a";
  b.subject = "node/a";
  b.type = EventType::config_applied;
  b.payload = ConfigApplied{.sessions_expire_after_intervals = 2};
  return b;
}

EventBody presence_config_body() {
  EventBody b = config_body();
  b.payload = ConfigApplied{
      .sessions_expire_after_intervals = 2,
      .presence_expiry = std::chrono::minutes(5),
      .presence_modules = std::vector<PresenceModule>{{"pms", "procurement"}, {"ih", "innovation"}},
      .presence_zone = PresenceZone{"Europe/Zurich",
                                    {{at(1577836800000000), std::chrono::hours(1)},
                                     {at(1585443600000000), std::chrono::hours(2)}}}};
  return b;
}

EventBody beat_body() {
  EventBody b;
  b.id = "beat-1";
  b.source = "/syncline/a";
  b.subject = "presence/42";
  b.type = EventType::presence_beat;
  b.payload = PresenceBeat{.user_id = "42",
                           .user_id_is_number = true,
                           .module = "pms",
                           .page = "/orders",
                           .resource = "order/7",
                           .name = "Ann"};
  return b;
}

EventBody cleared_body() {
  EventBody b = beat_body();
  b.id = "clear-1";
  b.type = EventType::presence_cleared;
  b.payload = PresenceCleared{"42", true};
  return b;
}

EventBody presence_expired_body() {
  EventBody b = beat_body();
  b.id = "expired-1";
  b.type = EventType::presence_expired;
  b.payload = PresenceExpired{
      "42", true, {*OriginId::from("node-a"), 3, Sequence(1234567890123)}, at(1758234360000001)};
  return b;
}

EventBody incarnation_body() {
  EventBody b;
  b.id = "inc-1";
  b.source = "syncline/a";
  b.subject = "node/a";
  b.type = EventType::log_loss_accepted;
  b.payload = IncarnationBegun{Position(7), Position(9), "ann", "log.acked says 9"};
  return b;
}

EventBody custom_body() {
  EventBody b;
  b.id = "c-1";
  b.source = "shop";
  b.subject = "order/9";
  b.payload = Document{.type = "com.example.order.placed",
                       .encoding = Encoding::json,
                       .data = R"({"a": 1})",
                       .content_type = "application/vnd.order+json"};
  return b;
}

void expect_round_trip(const EventBody& body) {
  const std::string bytes = encode_body(body);
  const auto decoded = decode_body(bytes);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, body);
  EXPECT_EQ(decode_trusted_body(bytes), body);
  EXPECT_EQ(encode_body(*decoded), bytes);
}

std::string stored(const std::string& name) {
  std::ifstream file(std::filesystem::path(SYNCLINE_SOURCE_DIR "/schemas/testdata") / name,
                     std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void expect_stored(const std::vector<std::pair<const char*, EventBody>>& bodies) {
  for (const auto& [file, expected] : bodies) {
    const std::string bytes = stored(file);
    ASSERT_FALSE(bytes.empty()) << file;
    const auto decoded = decode_body(bytes);
    ASSERT_TRUE(decoded.has_value()) << file;
    EXPECT_EQ(*decoded, expected) << file;
  }
}

TEST(BodyCodec, EveryFieldOfEveryPayloadComesBack) {
  expect_round_trip(full_body());
  expect_round_trip(expired_body());
  expect_round_trip(config_body());
  expect_round_trip(incarnation_body());
  expect_round_trip(custom_body());
  expect_round_trip(presence_config_body());
  expect_round_trip(beat_body());
  expect_round_trip(cleared_body());
  expect_round_trip(presence_expired_body());
}

TEST(BodyCodec, WhatIsAbsentStaysAbsent) {
  expect_round_trip(EventBody{});
  EventBody body;
  body.payload = SessionSynced{};
  expect_round_trip(body);
  body.payload = SessionExpired{};
  expect_round_trip(body);
  body.payload = ConfigApplied{};
  expect_round_trip(body);
  body.payload = IncarnationBegun{};
  expect_round_trip(body);
  body.payload = PresenceBeat{};
  expect_round_trip(body);
  body.payload = PresenceCleared{};
  expect_round_trip(body);
  body.payload = PresenceExpired{};
  expect_round_trip(body);
  EXPECT_LT(encode_body(EventBody{}).size(), 64u);
}

// Zero, false and the ends of a range are values, not absence.
TEST(BodyCodec, ZeroIsPresent) {
  SessionSynced s;
  s.created_at = at(0);
  s.last_activity = at(std::numeric_limits<std::int64_t>::min());
  s.sync_timestamp = at(std::numeric_limits<std::int64_t>::max());
  s.mfa_verified = false;
  s.risk_score = 0.0;
  s.duration_seconds = 0.0;
  s.last_sync_interval = std::chrono::milliseconds(0);
  s.risk_factors = {""};
  EventBody body;
  body.payload = s;
  body.event_time = at(0);
  body.sent_time = at(-1);
  expect_round_trip(body);
  body.payload = ConfigApplied{.sessions_expire_after_intervals = 0,
                               .presence_expiry = std::chrono::milliseconds(0),
                               .presence_modules = std::vector<PresenceModule>{},
                               .presence_zone = PresenceZone{}};
  expect_round_trip(body);
}

TEST(BodyCodec, DataKeepsItsBytes) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  for (const Encoding encoding :
       {Encoding::none, Encoding::json, Encoding::text, Encoding::binary}) {
    EventBody body;
    body.payload = Document{.type = "x", .encoding = encoding, .data = every_byte};
    expect_round_trip(body);
  }
  const std::string large(1 << 20, 'x');
  EventBody body;
  body.payload = Document{.encoding = Encoding::binary, .data = large};
  expect_round_trip(body);
}

TEST(BodyCodec, EveryTypeAndEveryStatusComesBack) {
  for (const EventTypeInfo& t : event_types()) {
    EventBody body;
    body.type = t.type;
    expect_round_trip(body);
    EXPECT_EQ(body.type_name(), t.name);
  }
  for (const auto status :
       {SessionStatus::active, SessionStatus::idle, SessionStatus::terminated}) {
    EXPECT_EQ(session_status(name(status)), status);
    SessionSynced s;
    s.status = status;
    EventBody body;
    body.payload = s;
    expect_round_trip(body);
  }
  EXPECT_EQ(session_status("Active"), std::nullopt);
  EXPECT_EQ(session_status(""), std::nullopt);
}

TEST(BodyCodec, ACustomTypeKeepsItsName) {
  EXPECT_EQ(custom_body().type_name(), "com.example.order.placed");
  EXPECT_EQ(full_body().type_name(), "session.synced");
}

// The body stands behind a header in its frame, so it begins anywhere.
TEST(BodyCodec, ABodyMayBeginAtAnyByte) {
  const EventBody body = full_body();
  const std::string bytes = encode_body(body);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    const std::string frame = std::string(offset, '\xff') + bytes + "behind";
    const std::string_view view = std::string_view(frame).substr(offset, bytes.size());
    const auto decoded = decode_body(view);
    ASSERT_TRUE(decoded.has_value()) << offset;
    EXPECT_EQ(*decoded, body) << offset;
    EXPECT_EQ(decode_trusted_body(view), body) << offset;
    EXPECT_GE(decoded->id.data(), view.data()) << "texts point into what was given";
    EXPECT_LT(decoded->id.data(), view.data() + view.size());
  }
}

// Written by an independent encoder from schema version 1. They must be readable for ever.
TEST(BodyCodec, BodiesOfVersion1AreRead) {
  expect_stored({{"body_v1_session.bin", full_body()},
                 {"body_v1_expired.bin", expired_body()},
                 {"body_v1_config.bin", config_body()},
                 {"body_v1_custom.bin", custom_body()}});
}

// The tables that presence brought.
TEST(BodyCodec, BodiesOfVersion2AreRead) {
  expect_stored({{"body_v2_config.bin", presence_config_body()},
                 {"body_v2_beat.bin", beat_body()},
                 {"body_v2_cleared.bin", cleared_body()},
                 {"body_v2_presence_expired.bin", presence_expired_body()}});
}

TEST(BodyCodec, OtherBytesAreNoBody) {
  EXPECT_FALSE(decode_body(""));
  EXPECT_FALSE(decode_body("SLB1"));
  EXPECT_FALSE(decode_body(R"({"id":"1"})"));
  const std::string bytes = encode_body(full_body());
  for (std::size_t size = 0; size + 8 < bytes.size(); ++size) {
    EXPECT_FALSE(decode_body(std::string_view(bytes).substr(0, size))) << "cut at " << size;
  }
  std::string other_schema = bytes;
  other_schema.replace(4, 4, "SLB2");
  EXPECT_FALSE(decode_body(other_schema));
}

TEST(BodyCodec, UnknownWordsAndNumbersAreRefused) {
  EventBody body;
  body.type = static_cast<EventType>(event_types().size() + 1);
  EXPECT_FALSE(decode_body(encode_body(body)));

  body = custom_body();
  std::get<Document>(body.payload).encoding = static_cast<Encoding>(4);
  EXPECT_FALSE(decode_body(encode_body(body)));

  std::string status = encode_body(full_body());
  status.replace(status.find("idle"), 4, "gone");
  EXPECT_FALSE(decode_body(status));

  std::string origin = encode_body(expired_body());
  origin.replace(origin.find("node-a"), 6, "NODE-A");
  EXPECT_FALSE(decode_body(origin));
  origin = encode_body(presence_expired_body());
  origin.replace(origin.find("node-a"), 6, "NODE-A");
  EXPECT_FALSE(decode_body(origin));
}

// Random changes of valid bodies: whatever is accepted can be read to the last byte. Meant for a
// build with sanitizers, harmless without.
TEST(BodyCodec, HostileBytesAreRefusedOrReadable) {
  std::mt19937_64 random(20250918);
  const std::string originals[] = {encode_body(full_body()),
                                   encode_body(expired_body()),
                                   encode_body(config_body()),
                                   encode_body(custom_body()),
                                   encode_body(presence_config_body()),
                                   encode_body(beat_body()),
                                   encode_body(presence_expired_body())};
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 40'000; ++round) {
    std::string bytes = originals[pick(std::size(originals))];
    for (std::size_t changes = 1 + pick(4); changes > 0 && !bytes.empty(); --changes) {
      switch (pick(4)) {
        case 0:
          bytes[pick(bytes.size())] = static_cast<char>(random());
          break;
        case 1:
          bytes[pick(bytes.size())] ^= static_cast<char>(1u << pick(8));
          break;
        case 2:
          bytes.resize(pick(bytes.size() + 1));
          break;
        default:
          bytes.insert(pick(bytes.size()), 1 + pick(8), static_cast<char>(random()));
      }
    }
    const auto body = decode_body(bytes);
    (body ? accepted : refused) += 1;
    if (body) {
      const std::string again = encode_body(*body);
      EXPECT_TRUE(decode_body(again).has_value()) << "round " << round;
    }
  }
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace syncline
