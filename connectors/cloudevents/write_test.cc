#include <gtest/gtest.h>

#include "connectors/cloudevents/read_test.h"
#include "connectors/json/time_text.h"

namespace syncline {
namespace {

class WriteCloudEvent : public ReadCloudEvent {
 protected:
  WriteCloudEvent() { add_engine_mappings(mappings_); }

  // What a reader gets of an event that a producer has sent.
  std::string round_trip(const std::string& json) { return written(draft(json)); }
  std::string written(const Draft& draft) {
    const std::string frame = framed(draft, *from_iso("2025-09-18T22:29:30.000001Z"));
    const Event event = decode_frame(frame);
    hash_ = hex(event.header.hash);
    std::string out;
    JsonWriter writer(out);
    write_cloudevent(event, mappings_, writer);
    EXPECT_TRUE(document_.parse(out)) << out;
    line_ = cloudevent_line(event, mappings_);
    return out;
  }
  std::string ours() const {
    return R"("position":7,"incarnation":2,"sequence":5,"origin":"a","hlc":"18446744073709551615",)"
           R"("receivedtime":"2025-09-18T22:29:30.000Z","hash":")" +
           hash_ + "\"";
  }

  std::string hash_, line_;
};

TEST_F(WriteCloudEvent, AttributesInTheirOrder) {
  const std::string out = round_trip(
      R"({"data":{"b":1},"ext":"x","n":-1,"dataschema":"urn:x","time":"2025-09-18T22:29:30Z",)"
      R"("subject":"order/1","type":"t","source":"s","id":"i","specversion":"1.0",)"
      R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})");
  EXPECT_EQ(out, R"({"specversion":"1.0","id":"i","source":"s","type":"t","subject":"order/1",)"
                 R"("time":"2025-09-18T22:29:30.000Z","datacontenttype":"application/json",)"
                 R"("dataschema":"urn:x","ext":"x","n":-1,)"
                 R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",)" +
                     ours() + R"(,"data":{"b":1}})");
}

TEST_F(WriteCloudEvent, WhatIsAbsentIsNotWritten) {
  const std::string out = round_trip(R"({"specversion":"1.0","type":"t","source":"s","id":"i"})");
  EXPECT_EQ(out, R"({"specversion":"1.0","id":"i","source":"s","type":"t",)" + ours() + "}");
}

TEST_F(WriteCloudEvent, DataComesBackAsItWasSent) {
  const auto tail = [this](const std::string& data) {
    const std::string out =
        round_trip(R"({"specversion":"1.0","type":"t","source":"s","id":"i",)" + data + "}");
    const std::string head = R"({"specversion":"1.0","id":"i","source":"s","type":"t",)";
    std::string rest = out.substr(head.size());
    return rest.replace(rest.find(ours()), ours().size() + 1, "");
  };
  for (const char* data : {
           R"("datacontenttype":"application/json","data":{"a" : [1, 2.50, 1e400]}})",
           R"("datacontenttype":"application/json","data":null})",
           R"("datacontenttype":"text/xml","data":"<a>\n</a>"})",
           R"("datacontenttype":"image/png","data_base64":"AP8Q"})",
           R"("data_base64":"AP8Q"})",
       }) {
    const std::string sent(data);
    EXPECT_EQ(tail(sent.substr(0, sent.size() - 1)), sent);
  }
}

TEST_F(WriteCloudEvent, ALineIsALine) {
  round_trip(
      "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\",\"data\":{\n\"a\":\r\n\"x\\ny\"}}");
  EXPECT_EQ(line_.find_first_of("\r\n"), std::string::npos);
  EXPECT_TRUE(line_.ends_with(R"("data":{ "a":  "x\ny"}})")) << line_;
}

TEST_F(WriteCloudEvent, ASessionsDataIsWhatItsProducerSent) {
  const std::string data =
      R"({"mood":{"x":1},"session_data":{"last_activity":"2025-09-18T22:29:30.000Z",)"
      R"("location":{"altitude":478,"city":"Ulm"},"session_id":"e","status":"idle"},)"
      R"("sync_metadata":{"last_sync_interval":480000,"more":[]},"user_id":"u"})";
  round_trip(R"({"specversion":"1.0","type":"session.synced","source":"s","data":)" + data + "}");
  const auto event = document_.parse(line_);
  ASSERT_TRUE(event);
  EXPECT_EQ(canonical_json(*event->find("data")), data);
  EXPECT_EQ(event->find("subject")->text(), "session/u/e");
}

TEST_F(WriteCloudEvent, AnExportedEventIsARepeat) {
  const std::string sent =
      R"({"specversion":"1.0","type":"session.synced","source":"s","id":"i","time":)"
      R"("2025-09-18T22:29:30.5Z","data":{"user_id":5,"more":[1.50],"session_data":{)"
      R"("session_id":"e","created_at":"2025-09-18T22:29:30Z","location":null}}})";
  auto first = reader_.read(document_.parse(sent).value(), {});
  const Hash hash = *std::get<Draft>(first).content_hash;
  const std::string exported = written(std::get<Draft>(first));
  auto again = reader_.read(document_.parse(exported).value(), {});
  ASSERT_TRUE(std::holds_alternative<Draft>(again)) << std::get<Rejection>(again).detail;
  EXPECT_EQ(*std::get<Draft>(again).content_hash, hash);
}

TEST_F(WriteCloudEvent, WhatTheEngineMadeIsWritten) {
  EventBody body;
  body.id = "i";
  body.source = "/nodes/a";
  body.type = EventType::session_expired;
  body.subject = "session/u/e";
  const Time deadline = *from_iso("2025-09-18T22:45:30.000999Z");
  body.payload = SessionExpired{"u", "e", {*OriginId::from("a"), 1, Sequence(42)}, deadline};
  std::string out;
  JsonWriter expired(out);
  write_payload(body, mappings_, expired);
  EXPECT_EQ(out, R"({"user_id":"u","session_id":"e","beat":"a.1.42",)"
                 R"("deadline":"2025-09-18T22:45:30.000Z"})");

  body.type = EventType::config_applied;
  body.payload = ConfigApplied{2};
  out.clear();
  JsonWriter applied(out);
  write_payload(body, mappings_, applied);
  EXPECT_EQ(out, R"({"sessions":{"expire_after_intervals":2}})");
  body.payload =
      ConfigApplied{.presence_expiry = std::chrono::minutes(5),
                    .presence_modules = {{{"pms", "procurement"}}},
                    .presence_zone = PresenceZone{"Asia/Tokyo", {{Time(), std::chrono::hours(9)}}}};
  out.clear();
  JsonWriter presence(out);
  write_payload(body, mappings_, presence);
  EXPECT_EQ(out, R"({"presence":{"expiry_ms":300000,"modules":[{"id":"pms","name":"procurement"}],)"
                 R"("timezone":"Asia/Tokyo","offsets":[{"from":"1970-01-01T00:00:00.000Z",)"
                 R"("east_s":32400}]}})");

  body.type = EventType::log_loss_accepted;
  body.payload = IncarnationBegun{Position(7), {}, "ann", "why"};
  out.clear();
  JsonWriter begun(out);
  write_payload(body, mappings_, begun);
  EXPECT_EQ(out, R"({"from":7,"who":"ann","reason":"why"})");
}

}  // namespace
}  // namespace syncline
