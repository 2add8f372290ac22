#include "connectors/events/intake.h"

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "tests/fakes.h"

namespace syncline {
namespace {

class ReadIntake : public testing::Test {
 protected:
  std::variant<Intake, Rejection> read(const char* media, std::string body,
                                       std::vector<std::pair<std::string, std::string>> more = {}) {
    Request request;
    request.headers = std::move(more);
    request.headers.emplace_back("content-type", media);
    request.body = std::move(body);
    return read_intake(request, reader_);
  }

  FakeClock clock_;
  SeededRng rng_{1};
  PayloadMappings mappings_;
  SchemaCheck schemas_;
  CloudEventReader reader_{mappings_, schemas_, clock_, rng_};
};

std::string event(const std::string& id) {
  return R"({"specversion":"1.0","type":"t","source":"s","id":")" + id + R"("})";
}

TEST_F(ReadIntake, OneEvent) {
  const auto read_one = read("application/cloudevents+json; charset=utf-8", event("a"));
  const auto& intake = std::get<Intake>(read_one);
  EXPECT_FALSE(intake.many);
  ASSERT_EQ(intake.events.size(), 1u);
  EXPECT_EQ(std::get<Draft>(intake.events[0]).id(), "a");
}

TEST_F(ReadIntake, BinaryModeIsAnyOtherTypeWithAttributes) {
  const auto read_one = read("application/json", "{}",
                             {{"ce-specversion", "1.0"}, {"ce-type", "t"}, {"ce-source", "s"}});
  EXPECT_TRUE(std::holds_alternative<Draft>(std::get<Intake>(read_one).events.at(0)));
}

TEST_F(ReadIntake, ABatchInItsOrder) {
  const auto batch =
      read("application/cloudevents-batch+json", "[" + event("a") + ",{}," + event("b") + ",7]");
  const auto& intake = std::get<Intake>(batch);
  EXPECT_TRUE(intake.many);
  ASSERT_EQ(intake.events.size(), 4u);
  EXPECT_EQ(std::get<Draft>(intake.events[0]).id(), "a");
  EXPECT_EQ(std::get<Rejection>(intake.events[1]).status, 422);
  EXPECT_EQ(std::get<Draft>(intake.events[2]).id(), "b");
  EXPECT_EQ(std::get<Rejection>(intake.events[3]).status, 422);
}

TEST_F(ReadIntake, LinesAreNamed) {
  const auto lines =
      read("application/x-ndjson", "\n" + event("a") + "\r\n\n" + event("") + "\n" + event("b"));
  const auto& intake = std::get<Intake>(lines);
  ASSERT_EQ(intake.events.size(), 3u);
  EXPECT_EQ(intake.lines, (std::vector<std::size_t>{2, 4, 5}));
  EXPECT_TRUE(std::get<Rejection>(intake.events[1]).detail.starts_with("line 4: "));
  const auto no_object = read("application/x-ndjson", "7");
  EXPECT_EQ(std::get<Rejection>(std::get<Intake>(no_object).events[0]).detail,
            "line 1: an event is a JSON object");
}

TEST_F(ReadIntake, RefusesTheWhole) {
  std::string many = "[1";
  for (std::size_t i = 0; i < limits::kBatchEvents; ++i) many += ",1";
  many += "]";
  const std::string large = "\"" + std::string(limits::kBodyBytes, 'x') + "\"";
  const struct {
    const char* media;
    std::string body;
    int status;
    const char* code;
  } kCases[] = {
      {"application/cloudevents+json", "", 400, "invalid_json"},
      {"application/cloudevents+json", "{", 400, "invalid_json"},
      {"application/cloudevents+json", R"({"a":1,"a":2})", 400, "invalid_json"},
      {"application/cloudevents+json", event("a") + event("b"), 400, "invalid_json"},
      {"application/cloudevents+json", large, 413, "too_large"},
      {"application/cloudevents-batch+json", "[", 400, "invalid_json"},
      {"application/cloudevents-batch+json", event("a"), 422, "invalid_event"},
      {"application/cloudevents-batch+json", many, 413, "too_large"},
      {"application/x-ndjson", event("a") + "\n{", 400, "invalid_json"},
      {"application/json", event("a"), 415, "unsupported_media_type"},
      {"text/plain", event("a"), 415, "unsupported_media_type"},
      {"", event("a"), 415, "unsupported_media_type"},
      {"application/cloudevents+avro", "x", 415, "unsupported_media_type"},
  };
  for (const auto& c : kCases) {
    const auto result = read(c.media, c.body);
    const auto* refused = std::get_if<Rejection>(&result);
    ASSERT_NE(refused, nullptr) << c.media << " " << c.body.substr(0, 80);
    EXPECT_EQ(refused->status, c.status) << c.media;
    EXPECT_EQ(refused->code, c.code) << c.media;
  }
  const auto broken = read("application/x-ndjson", event("a") + "\n{");
  EXPECT_TRUE(std::get<Rejection>(broken).detail.starts_with("line 2: "));
}

TEST_F(ReadIntake, AnEventOfABatchMayBeTooLarge) {
  const auto batch = read("application/cloudevents-batch+json",
                          "[" + event("a") + ",\"" + std::string(limits::kBodyBytes, 'x') + "\"]");
  EXPECT_EQ(std::get<Rejection>(std::get<Intake>(batch).events.at(1)).status, 413);
}

}  // namespace
}  // namespace syncline
