#include "connectors/mirror/record_form.h"

#include <map>

#include <gmock/gmock.h>

#include "connectors/cloudevents/read_test.h"
#include "engine/limits.h"

namespace syncline {
namespace {

class RecordForm : public ReadCloudEvent {
 protected:
  RecordForm() { add_engine_mappings(mappings_); }

  // The frame of an event that a producer has sent.
  std::string framed(const std::string& json) {
    return ReadCloudEvent::framed(draft(json), clock_.now());
  }

  static std::map<std::string, std::string> headers(const MirrorRecord& record) {
    std::map<std::string, std::string> all;
    for (const auto& [name, value] : record.headers) {
      EXPECT_TRUE(all.emplace(name, value).second) << name << " twice";
    }
    return all;
  }
};

constexpr const char* kOrder =
    R"({"specversion":"1.0","id":"i","source":"/shop","type":"order.paid","subject":"order/1",)"
    R"("time":"2025-09-18T22:29:30.000001Z","dataschema":"urn:x","ext":"x","n":-1,"flag":true,)"
    R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"b":1}})";

TEST_F(RecordForm, JsonIsTheEventAsTheApiShowsItWithoutItsPosition) {
  const std::string frame = framed(kOrder);
  const MirrorRecord record = mirror_record(frame, true, MirrorFormat::json, mappings_);
  EXPECT_EQ(record.family, TopicFamily::custom);
  EXPECT_EQ(record.key, "order/1");
  std::string shown;
  JsonWriter out(shown);
  write_cloudevent(decode_frame(frame), mappings_, out);
  const std::string position = R"("position":7,)";
  ASSERT_NE(shown.find(position), std::string::npos);
  shown.erase(shown.find(position), position.size());
  EXPECT_EQ(record.value, shown);
  const auto has = headers(record);
  EXPECT_EQ(has.at("content-type"), "application/cloudevents+json");
  EXPECT_EQ(has.at("syncline-frame"), frame);
  EXPECT_EQ(has.at("syncline-idgiven"), "true");
}

TEST_F(RecordForm, AFrameIsItself) {
  const std::string frame = framed(kOrder);
  const MirrorRecord record = mirror_record(frame, false, MirrorFormat::frame, mappings_);
  EXPECT_EQ(record.value, frame);
  const auto has = headers(record);
  EXPECT_EQ(has.at("content-type"), "application/vnd.syncline.frame");
  EXPECT_FALSE(has.contains("syncline-frame"));
  EXPECT_EQ(has.at("syncline-idgiven"), "false");
}

// So that a reader may take either.
TEST_F(RecordForm, HeadersSayOfEachAttributeWhatTheJsonSays) {
  for (const char* event : {kOrder, R"({"specversion":"1.0","source":"/s","type":"t"})"}) {
    const std::string frame = framed(event);
    for (const MirrorFormat format : {MirrorFormat::json, MirrorFormat::frame}) {
      const auto has = headers(mirror_record(frame, true, format, mappings_));
      const std::string json = mirror_record(frame, true, MirrorFormat::json, mappings_).value;
      std::map<std::string, std::string> attributes;
      const auto read = document_.parse(json);
      ASSERT_TRUE(read);
      for (const auto& [name, value] : read->members()) {
        if (name == "data" || name == "datacontenttype") continue;
        const auto text = value.text();
        attributes.emplace("ce_" + std::string(name), text ? *text : value.raw());
      }
      std::map<std::string, std::string> said;
      for (const auto& [name, value] : has) {
        if (name.starts_with("ce_")) said.emplace(name, value);
      }
      EXPECT_EQ(said, attributes);
    }
  }
}

// A control character is six bytes of JSON.
TEST_F(RecordForm, JsonThatNoTopicTakesIsLeftOut) {
  const auto session = [this](std::size_t size) {
    std::string name;
    for (std::size_t i = 0; i < size; ++i) name += "\\u0001";
    const std::string frame = framed(
        R"({"specversion":"1.0","source":"/s","type":"session.synced","data":{"user_id":"u",)"
        R"("session_data":{"session_id":"e","device_info":{"user_agent":")" +
        name + "\"}}}}");
    return mirror_record(frame, true, MirrorFormat::json, mappings_);
  };
  EXPECT_EQ(headers(session(1000)).at("content-type"), kJsonContent);
  const MirrorRecord large = session(600 * limits::kKiB);
  EXPECT_EQ(headers(large).at("content-type"), kFrameContent);
  EXPECT_LT(large.bytes(), limits::kMirrorRecordBytes);
}

TEST_F(RecordForm, TheKeyIsTheSubjectOrTheSource) {
  const auto key = [this](const char* event) {
    const std::string frame = framed(event);
    return std::string(mirror_record(frame, true, MirrorFormat::json, mappings_).key);
  };
  EXPECT_EQ(key(R"({"specversion":"1.0","source":"/s","type":"t"})"), "/s");
  EXPECT_EQ(key(R"({"specversion":"1.0","source":"/s","type":"t","subject":"u"})"), "u");
  EXPECT_EQ(key(R"({"specversion":"1.0","source":"/s","type":"session.synced","data":{)"
                R"("user_id":"u","session_data":{"session_id":"e"}}})"),
            "session/u/e");
}

TEST(RecordTopics, EachTypeHasOne) {
  using enum TopicFamily;
  const std::map<std::string, TopicFamily, std::less<>> kinds{
      {"session", sessions}, {"presence", presence},  {"license_key", records},
      {"customer", records}, {"admin_user", records}, {"release", records},
      {"setting", records},  {"enrollment", records}, {"profile", records},
      {"user", records},     {"progress", records},   {"license", records},
      {"room", rooms},       {"task", tasks},         {"webhook", system},
      {"sync", system},      {"login", system},       {"config", system},
      {"log", system}};
  for (const EventTypeInfo& type : event_types()) {
    const auto known = kinds.find(type.name.substr(0, type.name.find('.')));
    ASSERT_NE(known, kinds.end()) << "of which family is " << type.name << "?";
    EXPECT_EQ(topic_family(type.type), known->second) << type.name;
    EXPECT_TRUE(!type.record || known->second == records) << type.name;
  }
  EXPECT_EQ(topic_family(EventType::custom), custom);
  EXPECT_EQ(topic_name("acme", presence), "acme.presence");
  EXPECT_EQ(topic_name("acme", system), "acme.system");
  EXPECT_EQ(progress_topic("acme", *OriginId::from("n.1")), "acme.progress.n.1");
}

TEST(MirrorProgressRecord, IsReadAsItWasWritten) {
  MirrorProgress progress{.log = "0198",
                          .incarnation = 3,
                          .sequence = Sequence(1ull << 53),
                          .hash = sha256("x"),
                          .topics = {{"s.custom", 12}, {"s.tasks", 1}}};
  const std::string json = progress_json(progress);
  EXPECT_EQ(json, R"({"log":"0198","incarnation":3,"sequence":9007199254740992,"hash":")" +
                      hex(progress.hash) + R"(","topics":{"s.custom":12,"s.tasks":1}})");
  EXPECT_EQ(read_progress(json).value(), progress);
  progress = {.log = "l", .incarnation = 0, .sequence = {}, .hash = {}, .topics = {}};
  EXPECT_EQ(read_progress(progress_json(progress)).value(), progress);
}

TEST(MirrorProgressRecord, WhatIsNoneIsNamed) {
  const std::string zeros(64, '0');
  const auto json = [&](std::string_view incarnation, std::string_view topics) {
    return R"({"log":"l","incarnation":)" + std::string(incarnation) + R"(,"sequence":1,"hash":")" +
           zeros + R"(","topics":)" + std::string(topics) + R"(,"more":1})";
  };
  EXPECT_TRUE(read_progress(json("1", "{}")));
  const std::pair<std::string, const char*> cases[] = {
      {"", "JSON"},
      {"[]", "object"},
      {"{}", "`log`"},
      {R"({"log":"l"})", "`incarnation`"},
      {json("-1", "{}"), "`incarnation`"},
      {json("4294967296", "{}"), "`incarnation`"},
      {R"({"log":"l","incarnation":1})", "`sequence`"},
      {R"({"log":"l","incarnation":1,"sequence":1,"hash":"00"})", "`hash`"},
      {json("1", "[]"), "`topics`"},
      {json("1", R"({"a":-1})"), "`topics`"},
  };
  for (const auto& [text, named] : cases) {
    const auto read = read_progress(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::invalid);
    EXPECT_THAT(read.error().message, testing::HasSubstr(named)) << text;
  }
}

}  // namespace
}  // namespace syncline
