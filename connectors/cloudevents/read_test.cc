#include "connectors/cloudevents/read_test.h"

#include <gmock/gmock.h>

#include "connectors/json/time_text.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// Attributes behind the three that every event has.
std::string custom(const std::string& more) {
  return R"({"specversion":"1.0","type":"t","source":"s")" + (more.empty() ? "" : "," + more) + "}";
}

std::string named(const std::string& type, const std::string& more) {
  return R"({"specversion":"1.0","type":")" + type + R"(","source":"s",)" + more + "}";
}

TEST_F(ReadCloudEvent, KeepsEveryAttribute) {
  const Draft made =
      draft(custom(R"("id":"i1","subject":"order/1","time":"2025-09-18T22:29:30.123456+02:00",)"
                   R"("dataschema":"urn:x","partitionkey":"k","retries":3,"urgent":true,)"
                   R"("data":{"b":1, "a":[]})"));
  const EventBody body = *decode_body(made.bytes());
  EXPECT_EQ(body.id, "i1");
  EXPECT_EQ(body.source, "s");
  EXPECT_EQ(body.subject, "order/1");
  EXPECT_EQ(body.type, EventType::custom);
  EXPECT_EQ(body.type_name(), "t");
  EXPECT_EQ(body.event_time, from_iso("2025-09-18T20:29:30.123456Z"));
  EXPECT_EQ(body.extensions_json,
            R"({"partitionkey":"k","retries":3,"urgent":true,"dataschema":"urn:x"})");
  const auto& data = std::get<Document>(body.payload);
  EXPECT_EQ(data.encoding, Encoding::json);
  EXPECT_EQ(data.data, R"({"b":1, "a":[]})") << "exactly as it was sent";
  EXPECT_EQ(data.content_type, "");
  EXPECT_TRUE(made.content_hash);
}

TEST_F(ReadCloudEvent, TheRequestSaysWhoSentIt) {
  Provenance from{.actor = "u1",
                  .tenant = "acme",
                  .trace = std::string(kTrace),
                  .sent = from_iso("2025-09-18T22:29:30Z"),
                  .client_id = "c",
                  .client_address = "127.0.0.1",
                  .client_user_agent = "curl"};
  const Draft made = draft(custom(""), from);
  const EventBody body = *decode_body(made.bytes());
  EXPECT_EQ(body.actor, "u1");
  EXPECT_EQ(body.tenant, "acme");
  EXPECT_EQ(body.trace, kTrace);
  EXPECT_EQ(body.sent_time, from.sent);
  EXPECT_EQ(body.client_id, "c");
  EXPECT_EQ(body.client_address, "127.0.0.1");
  EXPECT_EQ(body.client_user_agent, "curl");
}

TEST_F(ReadCloudEvent, TheEventsOwnTraceWins) {
  const std::string other = "00-11111111111111111111111111111111-2222222222222222-00";
  Provenance from;
  from.trace = kTrace;
  const auto trace_of = [&](const std::string& traceparent) {
    const Draft made = draft(custom(R"("traceparent":")" + traceparent + R"(")"), from);
    const EventBody body = *decode_body(made.bytes());
    EXPECT_EQ(body.extensions_json, "");
    return std::string(body.trace);
  };
  EXPECT_EQ(trace_of(other), other);
  EXPECT_EQ(trace_of("nonsense"), kTrace);
  EXPECT_EQ(trace_of("00-00000000000000000000000000000000-2222222222222222-00"), kTrace);
}

TEST_F(ReadCloudEvent, AnEventWithoutIdGetsOneAndIsNotDeduplicated) {
  const Draft one = draft(custom("")), two = draft(custom(""));
  EXPECT_EQ(one.id().size(), 36u);
  EXPECT_NE(one.id(), two.id());
  EXPECT_FALSE(one.content_hash);
}

TEST_F(ReadCloudEvent, VersionsArePreconditionsAndNotExtensions) {
  const Draft made = draft(custom(R"("subject":"x","expectedversion":0,"baseversion":"41")"));
  EXPECT_EQ(made.expected_version, Position(0));
  EXPECT_EQ(made.base_version, Position(41));
  EXPECT_EQ(decode_body(made.bytes())->extensions_json, "");
}

TEST_F(ReadCloudEvent, AnExportedEventCanBePostedAgain) {
  const Draft made =
      draft(custom(R"("id":"i","position":7,"incarnation":1,"sequence":7,"origin":"a","hlc":"99",)"
                   R"("receivedtime":"2025-09-18T22:29:30Z","hash":"00","mirrored":false)"));
  EXPECT_EQ(decode_body(made.bytes())->extensions_json, "");
  EXPECT_EQ(made.content_hash, draft(custom(R"("id":"i")")).content_hash);
}

TEST_F(ReadCloudEvent, NullIsAbsent) {
  const Draft made = draft(custom(R"("id":null,"subject":null,"time":null,"ext":null)"));
  EXPECT_EQ(made.subject(), "");
  EXPECT_EQ(made.id().size(), 36u);
  EXPECT_EQ(decode_body(made.bytes())->extensions_json, "");
}

TEST_F(ReadCloudEvent, RefusesWhatIsNoCloudEvent) {
  const std::string long_name(513, 'x');
  const struct {
    std::string event, pointer;
  } kCases[] = {
      {"[]", ""},
      {"1", ""},
      {R"({"type":"t","source":"s"})", "/specversion"},
      {R"({"specversion":"0.3","type":"t","source":"s"})", "/specversion"},
      {R"({"specversion":1.0,"type":"t","source":"s"})", "/specversion"},
      {R"({"specversion":"1.0","source":"s"})", "/type"},
      {R"({"specversion":"1.0","type":"","source":"s"})", "/type"},
      {R"({"specversion":"1.0","type":7,"source":"s"})", "/type"},
      {R"({"specversion":"1.0","type":"t"})", "/source"},
      {R"({"specversion":"1.0","type":"t","source":""})", "/source"},
      {R"({"specversion":"1.0","type":"t","source":"s\u0000"})", "/source"},
      {R"({"specversion":"1.0","type":"t\n","source":"s"})", "/type"},
      {R"({"specversion":"1.0","type":"t","source":")" + long_name + "\"}", "/source"},
      {R"({"specversion":"1.0","type":")" + long_name + R"(","source":"s"})", "/type"},
      {custom(R"("id":"")"), "/id"},
      {custom(R"("id":5)"), "/id"},
      {custom(R"("id":"\u0085")"), "/id"},
      {custom(R"("id":")" + long_name + "\""), "/id"},
      {custom(R"("subject":"")"), "/subject"},
      {custom(R"("subject":"a\tb")"), "/subject"},
      {custom(R"("subject":")" + long_name + "\""), "/subject"},
      {custom(R"("time":"yesterday")"), "/time"},
      {custom(R"("time":"2025-09-18")"), "/time"},
      {custom(R"("time":"2025-09-18T22:09:30")"), "/time"},
      {custom(R"("time":"2025-13-18T22:09:30Z")"), "/time"},
      {custom(R"("time":1758233370)"), "/time"},
      {custom(R"("datacontenttype":"")"), "/datacontenttype"},
      {custom(R"("dataschema":[])"), "/dataschema"},
      {custom(R"("Upper":"x")"), "/Upper"},
      {custom(R"("with_underscore":1)"), "/with_underscore"},
      {custom(R"("a/b~c":1)"), "/a~1b~0c"},
      {custom(R"("":1)"), "/"},
      {custom(R"("ext":{})"), "/ext"},
      {custom(R"("ext":[1])"), "/ext"},
      {custom(R"("ext":1.5)"), "/ext"},
      {custom(R"("ext":2147483648)"), "/ext"},
      {custom(R"("ext":"a\u0007")"), "/ext"},
      {custom(R"("expectedversion":-1)"), "/expectedversion"},
      {custom(R"("expectedversion":1.5)"), "/expectedversion"},
      {custom(R"("expectedversion":"x")"), "/expectedversion"},
      {custom(R"("expectedversion":"")"), "/expectedversion"},
      {custom(R"("baseversion":true)"), "/baseversion"},
      {custom(R"("expectedversion":0)"), "/expectedversion"},
      {custom(R"("baseversion":1)"), "/baseversion"},
      {custom(R"("data":1,"data_base64":"AA==")"), "/data_base64"},
      {custom(R"("data_base64":"AA=")"), "/data_base64"},
      {custom(R"("data_base64":"A*==")"), "/data_base64"},
      {custom(R"("data_base64":1)"), "/data_base64"},
      {named("presence.beat", R"("data":{"module":"pms"})"), "/subject"},
      {named("presence.beat", R"("data":{"module":"pms"},"subject":"session/1/2")"), "/subject"},
      {named("presence.beat", R"("data":{"module":"pms"},"subject":"presence/")"), "/subject"},
      {named("presence.beat", R"("data":{"module":"pms","userId":1},"subject":"presence/2")"),
       "/subject"},
      {named("customer.created", R"("data":{"changes":{}})"), "/subject"},
  };
  for (const auto& [event, pointer] : kCases) {
    const Rejection refused = rejection(event);
    EXPECT_EQ(refused.status, 422) << event;
    EXPECT_EQ(refused.code, "invalid_event") << event;
    ASSERT_FALSE(refused.faults.empty()) << event;
    EXPECT_EQ(refused.faults.front().pointer, pointer) << event << " " << refused.detail;
    EXPECT_FALSE(refused.detail.starts_with(':')) << refused.detail;
  }
}

TEST_F(ReadCloudEvent, NamesEveryFaultAtOnce) {
  const Rejection refused = rejection(R"({"specversion":"2","id":"","ext":{}})");
  std::vector<std::string> pointers;
  for (const FieldFault& fault : refused.faults) pointers.push_back(fault.pointer);
  EXPECT_THAT(pointers,
              testing::UnorderedElementsAre("/specversion", "/id", "/ext", "/type", "/source"));
}

TEST_F(ReadCloudEvent, WhatTheEngineDecidesIsRefused) {
  for (const EventTypeInfo& type : event_types()) {
    if (!type.reserved) continue;
    const Rejection refused = rejection(named(std::string(type.name), R"("data":{})"));
    EXPECT_EQ(refused.status, 403) << type.name;
    EXPECT_EQ(refused.code, "reserved_type");
  }
  for (const char* type : {"Session.expired", "foo.expired"}) {
    const Rejection refused = rejection(named(type, R"("data":{})"));
    EXPECT_EQ(refused.code, "reserved_type") << type;
    EXPECT_EQ(refused.faults.front().pointer, "/type");
  }
}

TEST_F(ReadCloudEvent, NamedTypesAreHeldAgainstTheirSchema) {
  const struct {
    const char *type, *data, *pointer;
  } kCases[] = {
      {"session.synced", R"({"session_data":{"session_id":"e"}})", "/data/user_id"},
      {"session.synced", R"({"user_id":"u","session_data":{}})", "/data/session_data/session_id"},
      {"session.synced", R"({"user_id":"u","session_data":{"session_id":"e","status":"away"}})",
       "/data/session_data/status"},
      {"session.synced",
       R"({"user_id":"u","session_data":{"session_id":"e","created_at":"yesterday"}})",
       "/data/session_data/created_at"},
      {"session.synced",
       R"({"user_id":"u","session_data":{"session_id":"e","security_info":{"risk_score":1.1}}})",
       "/data/session_data/security_info/risk_score"},
      {"presence.beat", "{}", "/data/module"},
      {"presence.beat", "[]", "/data"},
      {"enrollment.created", R"({"changes":{"completionPercentage":101}})",
       "/data/changes/completionPercentage"},
      {"enrollment.updated", "{}", "/data/changes"},
      {"license_key.updated", R"({"changes":{"max_downloads":-1}})", "/data/changes/max_downloads"},
      {"license_key.created", R"({"changes":{"status":"lost"}})", "/data/changes/status"},
      {"release.created", R"({"changes":{"assets":[{},{"size":"1"}]}})",
       "/data/changes/assets/1/size"},
      {"customer.deleted", R"({"changes":7})", "/data/changes"},
      {"room.limbic_updated", R"({"trust":1.5})", "/data/trust"},
      {"room.posture_changed", R"({"posture":""})", "/data/posture"},
      {"room.joined", R"({"platform":"toaster"})", "/data/platform"},
      {"task.requested", "{}", "/data/operation"},
      {"task.progressed", R"({"progress":-0.1})", "/data/progress"},
  };
  for (const auto& c : kCases) {
    const Rejection refused = rejection(named(c.type, std::string(R"("data":)") + c.data));
    EXPECT_EQ(refused.status, 422) << c.type << c.data;
    EXPECT_EQ(refused.code, "schema_violation");
    ASSERT_FALSE(refused.faults.empty());
    EXPECT_EQ(refused.faults.front().pointer, c.pointer) << c.data << " " << refused.detail;
  }
  EXPECT_EQ(rejection(named("presence.beat", R"("data_base64":"AA==")")).code, "schema_violation");
  EXPECT_EQ(rejection(named("presence.beat", R"("subject":"presence/1")")).faults[0].pointer,
            "/data/module");
}

TEST_F(ReadCloudEvent, TheSubjectIsTakenFromTheData) {
  const auto subject = [this](const char* type, const std::string& more) {
    return std::string(draft(named(type, more)).subject());
  };
  EXPECT_EQ(
      subject("session.synced", R"("data":{"user_id":"u 1","session_data":{"session_id":"a/b"}})"),
      "session/u%201/a%2Fb");
  EXPECT_EQ(subject("presence.beat", R"("data":{"module":"pms","userId":42})"), "presence/42");
  EXPECT_EQ(subject("presence.beat", R"("subject":"presence/7","data":{"module":"pms"})"),
            "presence/7");
  // Another spelling of the same entity is the same entity.
  EXPECT_EQ(subject("presence.beat",
                    R"("subject":"presence/a:b","data":{"module":"pms","userId":"a:b"})"),
            "presence/a%3Ab");
  EXPECT_EQ(subject("customer.deleted", R"("subject":"customer/1")"), "customer/1");
}

TEST_F(ReadCloudEvent, TypedDataIsTypedAndTheRestIsKept) {
  const Draft made = draft(named(
      "session.synced",
      R"("data":{"user_id":"u","mood":"fine","session_data":{"session_id":"e","status":"idle",)"
      R"("last_activity":"2025-09-18T22:29:30Z","location":{"city":"Ulm","altitude":478}}})"));
  const EventBody body = *decode_body(made.bytes());
  EXPECT_EQ(body.type, EventType::session_synced);
  const auto& session = std::get<SessionSynced>(body.payload);
  EXPECT_EQ(session.status, SessionStatus::idle);
  EXPECT_EQ(session.city, "Ulm");
  EXPECT_EQ(made.claim, from_iso("2025-09-18T22:29:30Z"));
  EXPECT_EQ(canonical_json(document_.parse(body.extra_json).value()),
            R"({"mood":"fine","session_data":{"location":{"altitude":478}}})");
}

TEST_F(ReadCloudEvent, OtherDataIsKeptAsWhatItIs) {
  const auto document = [this](const std::string& more) {
    const Draft made = draft(custom(more));
    const EventBody body = *decode_body(made.bytes());
    const auto& data = std::get<Document>(body.payload);
    return std::tuple(data.encoding, std::string(data.data), std::string(data.content_type));
  };
  using T = std::tuple<Encoding, std::string, std::string>;
  EXPECT_EQ(document(""), T(Encoding::none, "", ""));
  EXPECT_EQ(document(R"("data":null)"), T(Encoding::json, "null", ""));
  EXPECT_EQ(document(R"("data":"x")"), T(Encoding::json, "\"x\"", ""));
  EXPECT_EQ(document(R"("datacontenttype":"application/json","data":1)"),
            T(Encoding::json, "1", ""));
  EXPECT_EQ(document(R"("datacontenttype":"application/geo+json","data":[1]  )"),
            T(Encoding::json, "[1]", "application/geo+json"));
  EXPECT_EQ(document(R"("datacontenttype":"text/xml","data":"<a\u00e9/>")"),
            T(Encoding::text, "<aé/>", "text/xml"));
  EXPECT_EQ(document(R"("datacontenttype":"image/png","data_base64":"AP8Q")"),
            T(Encoding::binary, std::string("\x00\xff\x10", 3), "image/png"));
  EXPECT_EQ(document(R"("datacontenttype":"application/json","data_base64":"AP8Q")"),
            T(Encoding::binary, std::string("\x00\xff\x10", 3), "application/json"));
  EXPECT_EQ(document(R"("datacontenttype":"application/json")"),
            T(Encoding::none, "", "application/json"));
}

TEST_F(ReadCloudEvent, TheSameContentHasOneHash) {
  const auto hash = [this](const std::string& event) { return *draft(event).content_hash; };
  const auto first = hash(custom(R"("id":"i","data":{"a":1,"b":[2]})"));
  EXPECT_EQ(first, hash(custom(R"("id":"i","data":{ "b" : [2.0], "a":1e0 })")));
  EXPECT_EQ(first,
            hash(custom(R"("id":"i","data":{"a":1,"b":[2]},"traceparent":"x","tracestate":"y")")));
  for (const char* more :
       {R"("ext":1)", R"("dataschema":"urn:x")", R"("datacontenttype":"application/geo+json")"}) {
    EXPECT_NE(first, hash(custom(std::string(R"("id":"i","data":{"a":1,"b":[2]},)") + more)))
        << more;
  }
  EXPECT_EQ(first, hash(custom(R"("id":"i","data":{"a":1,"b":[2]},)"
                               R"("datacontenttype":"application/json")")));
  EXPECT_EQ(hash(custom(R"("id":"i","subject":"x")")),
            hash(custom(R"("id":"i","subject":"x","baseversion":1,"expectedversion":1)")));
  EXPECT_EQ(hash(custom(R"("id":"i","a":1,"b":"x")")), hash(custom(R"("b":"x","a":1,"id":"i")")));
  EXPECT_NE(hash(custom(R"("id":"i","datacontenttype":"text/plain","data":"x")")),
            hash(custom(R"("id":"i","datacontenttype":"text/plain","data_base64":"eA==")")));
  EXPECT_EQ(hash(custom(R"("id":"i","data_base64":"eA==")")),
            hash(custom(R"("id":"i","datacontenttype":"application/json","data_base64":"eA==")")));
  EXPECT_NE(first, hash(custom(R"("id":"i","data":{"a":2,"b":[2]})")));
  EXPECT_NE(first, hash(custom(R"("id":"i","subject":"x","data":{"a":1,"b":[2]})")));
  EXPECT_NE(first,
            hash(custom(R"("id":"i","time":"2025-09-18T22:09:30Z","data":{"a":1,"b":[2]})")));

  const auto record = [&](const char* data) {
    return hash(
        named("user.updated", std::string(R"("id":"i","subject":"user/1","data":)") + data));
  };
  EXPECT_EQ(record(R"({"changes":{"name":"A"},"after":{"name":"A","x":1}})"),
            record(R"({"changes":{"name":"A"}})"));
  EXPECT_NE(record(R"({"changes":{"name":"A"}})"), record(R"({"changes":{"name":"B"}})"));
  EXPECT_NE(record(R"({"changes":{"after":1}})"), record(R"({"changes":{"after":2}})"));

  const auto session = [&](const char* more) {
    return hash(
        named("session.synced",
              std::string(R"("id":"i","data":{"user_id":"u","session_data":)") + more + "}"));
  };
  const auto synced = session(R"({"session_id":"e","last_activity":"2025-09-18T22:09:30Z"})");
  EXPECT_EQ(synced,
            session(R"({"last_activity":"2025-09-19T00:09:30.000+02:00","session_id":"e"})"));
  EXPECT_NE(synced, session(R"({"session_id":"e","last_activity":"2025-09-18T22:09:31Z"})"));
  EXPECT_NE(synced,
            session(R"({"session_id":"e","last_activity":"2025-09-18T22:09:30Z","more":1})"));
  EXPECT_NE(synced,
            session(R"({"session_id":"e","last_activity":"2025-09-18T22:09:30Z"},"ext":{"a":1})"));
  EXPECT_NE(synced, hash(named("session.synced",
                               R"("id":"i","ext":1,"data":{"user_id":"u","session_data":)"
                               R"({"session_id":"e","last_activity":"2025-09-18T22:09:30Z"}})")));
}

}  // namespace
}  // namespace syncline
