#include "connectors/cloudevents/body_fault.h"

#include <functional>

#include "connectors/cloudevents/read_test.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

using BodyFault = ReadCloudEvent;

TEST_F(BodyFault, FindsNothingInWhatIntakeMakes) {
  for (
      const char* json :
      {R"({"specversion":"1.0","source":"/s","type":"t","data":{"a":1},"x":"y"})",
       R"({"specversion":"1.0","source":"/s","type":"t","datacontenttype":"text/plain","data":""})",
       R"({"specversion":"1.0","source":"/s","type":"t","data_base64":"/w=="})",
       R"({"specversion":"1.0","source":"/s","type":"session.synced","data":{"user_id":"u",
            "session_data":{"session_id":"s","own":1}}})"}) {
    const Draft made = draft(json);
    EXPECT_EQ(body_fault(*decode_body(made.bytes()), mappings_), "") << json;
  }
}

TEST_F(BodyFault, FindsWhatIntakeNeverMakes) {
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  const std::string deep_object = "{\"a\":" + deep.substr(1, 126) + '}';
  const struct {
    const char* said;
    std::function<void(EventBody&)> change;
  } cases[] = {
      {"data that is not JSON: ",
       [](EventBody& b) {
         b.payload = Document{"t", Encoding::json, "{", ""};
       }},
      {"deeper than 63",
       [&](EventBody& b) {
         b.payload = Document{"t", Encoding::json, deep, ""};
       }},
      {"data that is not JSON: ",
       [](EventBody& b) {
         b.payload = Document{"t", Encoding::json, "", ""};
       }},
      {"not UTF-8",
       [](EventBody& b) {
         b.payload = Document{"t", Encoding::text, "\xff", ""};
       }},
      {"encoding",
       [](EventBody& b) {
         b.payload = Document{"t", static_cast<Encoding>(9), "x", ""};
       }},
      {"no JSON object", [](EventBody& b) { b.extra_json = "[]"; }},
      {"no JSON object", [&](EventBody& b) { b.extra_json = deep_object; }},
      {"no JSON object", [](EventBody& b) { b.extensions_json = "{\"a\""; }},
      {"name that is not UTF-8", [](EventBody& b) { b.subject = "\xff"; }},
      {"type number 999", [](EventBody& b) { b.type = static_cast<EventType>(999); }},
      {"another type", [](EventBody& b) { b.payload = SessionSynced(); }},
      {"another type",
       [](EventBody& b) {
         b.type = EventType::session_synced;
         b.payload = ConfigApplied{};
       }},
      {"one with a name", [](EventBody& b) { b.type = EventType::user_updated; }},
  };
  for (const auto& wrong : cases) {
    EventBody body;
    body.id = "1";
    body.source = "/s";
    body.payload = Document{"t", Encoding::json, "{}", ""};
    ASSERT_EQ(body_fault(body, mappings_), "");
    wrong.change(body);
    EXPECT_NE(body_fault(body, mappings_).find(wrong.said), std::string::npos)
        << wrong.said << ": " << body_fault(body, mappings_);
  }
}

}  // namespace
}  // namespace syncline
