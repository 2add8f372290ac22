#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/read_test.h"
#include "engine/limits.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

class ReadBinaryCloudEvent : public ReadCloudEvent {
 protected:
  Draft binary(std::vector<std::pair<std::string, std::string>> headers, std::string body) {
    auto result = binary_result(std::move(headers), std::move(body));
    if (const auto* refused = std::get_if<Rejection>(&result)) ADD_FAILURE() << refused->detail;
    return std::get<Draft>(std::move(result));
  }
  std::variant<Draft, Rejection> binary_result(
      std::vector<std::pair<std::string, std::string>> headers, std::string body) {
    Request request;
    request.headers = std::move(headers);
    request.body = std::move(body);
    return reader_.read_binary(request, {});
  }
};

TEST_F(ReadBinaryCloudEvent, HasAttributesInHeaders) {
  const Draft made = binary({{"ce-specversion", "1.0"},
                             {"ce-type", "t"},
                             {"ce-source", "/s"},
                             {"ce-id", "Euro%20%E2%82%AC"},
                             {"ce-subject", "session/u%2520x"},
                             {"ce-tag", "x"},
                             {"content-type", "application/json"}},
                            R"({"a": 1})");
  const EventBody body = *decode_body(made.bytes());
  EXPECT_EQ(body.id, "Euro €");
  EXPECT_EQ(body.subject, "session/u%20x");
  EXPECT_EQ(body.extensions_json, R"({"tag":"x"})");
  EXPECT_EQ(std::get<Document>(body.payload).data, R"({"a": 1})");
  EXPECT_EQ(std::get<Document>(body.payload).encoding, Encoding::json);
}

TEST_F(ReadBinaryCloudEvent, AQuotedValueIsWhatItQuotes) {
  const auto tag = [this](const char* value) {
    const Draft made = binary(
        {{"ce-specversion", "\"1.0\""}, {"ce-type", "t"}, {"ce-source", "s"}, {"ce-tag", value}},
        "");
    return std::string(decode_body(made.bytes())->extensions_json);
  };
  EXPECT_EQ(tag(R"("a b")"), R"({"tag":"a b"})");
  EXPECT_EQ(tag(R"("a\,\"b\"")"), R"({"tag":"a,\"b\""})");
  EXPECT_EQ(tag(R"("a%20\%20b%22")"), R"({"tag":"a  b\""})");
  EXPECT_EQ(tag(R"("")"), R"({"tag":""})");
  EXPECT_EQ(tag(R"(a"b")"), R"({"tag":"a\"b\""})");
}

TEST_F(ReadBinaryCloudEvent, KeepsAnyBody) {
  const auto encoding = [this](const char* type, std::string bytes) {
    const Draft made = binary(
        {{"ce-specversion", "1.0"}, {"ce-type", "t"}, {"ce-source", "s"}, {"content-type", type}},
        std::move(bytes));
    return std::get<Document>(decode_body(made.bytes())->payload).encoding;
  };
  EXPECT_EQ(encoding("text/plain", "héllo"), Encoding::text);
  EXPECT_EQ(encoding("text/plain", "\xff"), Encoding::binary);
  EXPECT_EQ(encoding("application/octet-stream", "abc"), Encoding::binary);
  EXPECT_EQ(encoding("application/json", ""), Encoding::none);
}

// The event around the data is one level more, and is read again.
TEST_F(ReadBinaryCloudEvent, TakesDataAsDeepAsAnEventMayHoldIt) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"ce-specversion", "1.0"},
      {"ce-type", "t"},
      {"ce-source", "s"},
      {"content-type", "application/json"}};
  const Draft made = binary(headers, nested(limits::kDataDepth));
  Event event;
  event.body = decode_trusted_body(made.bytes());
  EXPECT_EQ(body_fault(event.body, mappings_), "");
  EXPECT_TRUE(document_.parse(cloudevent_line(event, mappings_)).has_value());

  const auto deeper = binary_result(headers, nested(limits::kDataDepth + 1));
  const auto* refused = std::get_if<Rejection>(&deeper);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->status, 400);
  EXPECT_EQ(refused->detail, "not JSON: a value nested deeper than 63 at byte 63");
}

TEST_F(ReadBinaryCloudEvent, Refusals) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const struct {
    Headers more;
    std::string body;
    int status;
    std::string pointer;
  } kCases[] = {
      {{{"ce-id", "%zz"}}, "", 422, "/id"},
      {{{"ce-id", "%ff"}}, "", 422, "/id"},
      {{{"ce-id", "\"a"}}, "", 422, "/id"},
      {{{"ce-id", "\""}}, "", 422, "/id"},
      {{{"ce-id", "\"a\\\""}}, "", 422, "/id"},
      {{{"ce-id", "\"a\"b"}}, "", 422, "/id"},
      {{{"ce-x", "1"}, {"ce-x", "2"}}, "", 422, "/x"},
      {{{"ce-datacontenttype", "text/plain"}}, "", 422, "/datacontenttype"},
      {{{"content-type", "text/plain; x=\xff"}}, "", 422, "/datacontenttype"},
      {{{"ce-data", "1"}}, "", 422, "/data"},
      {{{"ce-a-b", "1"}}, "", 422, "/a-b"},
      {{{"content-type", "application/json"}}, "{", 400, "/data"},
  };
  for (const auto& c : kCases) {
    Headers headers = {{"ce-specversion", "1.0"}, {"ce-type", "t"}, {"ce-source", "s"}};
    headers.insert(headers.end(), c.more.begin(), c.more.end());
    const auto result = binary_result(std::move(headers), c.body);
    const auto* refused = std::get_if<Rejection>(&result);
    ASSERT_NE(refused, nullptr) << c.pointer;
    EXPECT_EQ(refused->status, c.status);
    ASSERT_FALSE(refused->faults.empty());
    EXPECT_EQ(refused->faults.front().pointer, c.pointer);
  }
}

}  // namespace
}  // namespace syncline
