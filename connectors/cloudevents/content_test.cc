// What the index of ids keeps is a function of the event as it lies in the log: whatever intake
// hashed, the same comes out of the stored body.
#include "connectors/cloudevents/content.h"

#include <random>

#include "connectors/cloudevents/read_test.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

class Content : public ReadCloudEvent {
 protected:
  // The hash that intake gave the draft is that of the body when it is read back.
  void expect_same(const Draft& draft, const std::string& what) {
    ASSERT_TRUE(draft.content_hash) << what;
    const std::string bytes(draft.bytes());
    EXPECT_EQ(*draft.content_hash, content_hash_of(*decode_body(bytes), mappings_)) << what;
  }

  Draft binary(const std::string& media, std::string body) {
    Request request;
    request.headers = {{"ce-specversion", "1.0"}, {"ce-type", "t"},
                       {"ce-source", "/s"},       {"ce-id", "i"},
                       {"ce-tracestate", "a=b"},  {"ce-tag", "x"}};
    if (!media.empty()) request.headers.emplace_back("content-type", media);
    request.body = std::move(body);
    return std::get<Draft>(reader_.read_binary(request, {}));
  }
};

TEST_F(Content, OfEveryKindOfEventIsThatOfItsStoredBody) {
  const std::string event = R"({"specversion":"1.0","id":"i","source":"/s",)";
  for (const char* more :
       {R"("type":"t")", R"("type":"t","data":null)", R"("type":"t","data":{"b":1.50,"a":[1e2]})",
        R"("type":"t","data":"text")", R"("type":"t","data":7,"datacontenttype":"text/json")",
        R"("type":"t","datacontenttype":"text/plain","data":"a\u0000b\ud83d\ude00")",
        R"("type":"t","datacontenttype":"text/xml","data":{"no":"text"})",
        R"("type":"t","data_base64":"AAH/")",
        R"("type":"t","subject":"x/1","time":"2025-09-18T22:29:30.123456+02:00","data":{})",
        R"("type":"t","b":"2","a":1,"c":true,"dataschema":"urn:x","tracestate":"v=1","data":1)",
        R"("type":"room.joined","subject":"room/1","data":{"user_id":"u"})",
        R"("type":"presence.beat","data":{"userId":"u","module":"m"})",
        R"("type":"customer.updated","subject":"customer/1","data":{"changes":{"b":1,"a":2},)"
        R"("after":{"x":1}})",
        R"("type":"session.synced","data":{"user_id":7,"session_data":{"session_id":"a b",)"
        R"("created_at":"2025-09-18T22:09:30.1234567Z","last_activity":null,)"
        R"("duration_seconds":1e3,"security_info":{"risk_score":0.10,"risk_factors":[]},)"
        R"("location":{"ip":"","more":[1]},"mine":{"z":1,"a":null}},"sync_metadata":)"
        R"({"last_sync_interval":480000.0}})"}) {
    auto read = this->read(event + more + "}");
    if (const auto* refused = std::get_if<Rejection>(&read)) {
      ADD_FAILURE() << refused->detail << ": " << more;
      continue;
    }
    expect_same(std::get<Draft>(read), more);
  }
}

TEST_F(Content, OfBinaryModeIsThatOfItsStoredBody) {
  expect_same(binary("", "bytes \xff"), "no type");
  expect_same(binary("text/plain; charset=utf-8", "text"), "text");
  expect_same(binary("text/plain", "\xff"), "text that is none");
  expect_same(binary("application/json", R"({"b": 1, "a" :2})"), "JSON");
  expect_same(binary("application/json", ""), "nothing");
}

// Random JSON as data, extensions and unnamed fields, of a custom type, a record and a session.
class RandomJson {
 public:
  explicit RandomJson(std::uint32_t seed) : random_(seed) {}

  std::string value(int depth = 3) {
    switch (random_() % (depth > 0 ? 7 : 5)) {
      case 0:
        return "null";
      case 1:
        return random_() % 2 == 0 ? "true" : "false";
      case 2:
        return std::to_string(static_cast<std::int32_t>(random_())) + ".50e" +
               std::to_string(random_() % 5);
      case 3:
      case 4:
        return text();
      case 5: {
        std::string out = "[ ";
        for (auto left = random_() % 4; left > 0; --left) out += value(depth - 1) + " , ";
        return out + "0]";
      }
      default: {
        std::string out = "{";
        for (auto left = random_() % 4; left > 0; --left) {
          out += "\"k" + std::to_string(left) + "\\u00e9\": " + value(depth - 1) + ",";
        }
        return out + "\"last\":1}";
      }
    }
  }
  std::string text() {
    static const char* const kParts[] = {"a", "\\n", "\\u0001", "é", "\\ud83d\\ude00", " ", "\\/"};
    std::string out = "\"";
    for (auto left = random_() % 6; left > 0; --left) out += kParts[random_() % std::size(kParts)];
    return out + "\"";
  }

 private:
  std::mt19937 random_;
};

TEST_F(Content, OfRandomEventsIsThatOfTheirStoredBodies) {
  constexpr std::uint32_t kSeed = 20251121;
  RandomJson json(kSeed);
  const std::string event = R"({"specversion":"1.0","id":"i","source":"/s","ext":)";
  int taken = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string more =
        i % 3 == 0   ? R"("type":"t","data":)" + json.value() + "}"
        : i % 3 == 1 ? R"("type":"user.updated","subject":"user/1","data":{"changes":{"a":)" +
                           json.value() + R"(},"after":)" + json.value() + "}}"
                     : R"("type":"session.synced","data":{"user_id":"u","more":)" + json.value() +
                           R"(,"session_data":{"session_id":"s","location":{"city":)" +
                           json.text() + R"(,"other":)" + json.value() + "}}}}";
    auto read = this->read(event + "\"" + std::to_string(i) + "\"," + more);
    if (auto* draft = std::get_if<Draft>(&read)) {
      expect_same(*draft, more);
      ++taken;
    }
  }
  EXPECT_GT(taken, 2000) << "seed " << kSeed;
}

}  // namespace
}  // namespace syncline
