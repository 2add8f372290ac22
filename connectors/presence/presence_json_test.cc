#include "connectors/presence/presence_json.h"

#include <gmock/gmock.h>

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class PresenceJson : public testing::Test {
 protected:
  PresenceJson() { add_presence_mappings(mappings_); }

  // "pointer: message" of each fault.
  std::vector<std::string> read(EventType type, std::string_view json,
                                std::string_view subject = {}) {
    text_ = json;
    body_ = {};
    body_.type = type;
    body_.subject = subject;
    extra_.clear();
    std::vector<FieldFault> faults;
    mappings_.find(type)->read(document_.parse(text_).value(), body_, extra_, faults);
    std::vector<std::string> out;
    for (const FieldFault& fault : faults) out.push_back(fault.pointer + ": " + fault.message);
    return out;
  }
  std::string written() const {
    std::string out;
    JsonWriter writer(out);
    mappings_.find(body_.type)->write(body_, writer);
    return out;
  }

  PayloadMappings mappings_;
  JsonDocument document_;
  std::string text_, extra_;
  EventBody body_;
};

TEST_F(PresenceJson, ReadsAndWritesABeat) {
  constexpr std::string_view kBeat =
      R"({"userId":42,"module":"pms","page":"/orders","resource":"order/7","name":"Ada"})";
  EXPECT_THAT(read(EventType::presence_beat, kBeat), IsEmpty());
  const auto& beat = std::get<PresenceBeat>(body_.payload);
  EXPECT_EQ(beat.user_id, "42");
  EXPECT_TRUE(beat.user_id_is_number);
  EXPECT_EQ(beat.module, "pms");
  EXPECT_EQ(beat.page, "/orders");
  EXPECT_EQ(beat.resource, "order/7");
  EXPECT_EQ(beat.name, "Ada");
  EXPECT_EQ(extra_, "");
  EXPECT_EQ(written(), kBeat);
}

TEST_F(PresenceJson, NullIsAbsentAndTheUnknownIsKept) {
  EXPECT_THAT(read(EventType::presence_beat,
                   R"({"userId":"a","module":"ih","page":null,"theme":{"x":[1]},"zoom":1.50})"),
              IsEmpty());
  EXPECT_EQ(written(), R"({"userId":"a","module":"ih"})");
  EXPECT_EQ(extra_, R"({"theme":{"x":[1]},"zoom":1.50})");
}

TEST_F(PresenceJson, TheSubjectNamesTheUserWhereTheDataDoesNot) {
  EXPECT_THAT(read(EventType::presence_beat, R"({"module":"pms"})", "presence/a%2Fb"), IsEmpty());
  EXPECT_EQ(written(), R"({"userId":"a/b","module":"pms"})");
  EXPECT_THAT(read(EventType::presence_cleared, "{}", "presence/7"), IsEmpty());
  EXPECT_EQ(written(), R"({"userId":"7"})");
  for (const char* nobody :
       {"presence/", "presence/a/b", "presence/%61", "presence/%FF", "presence/%"}) {
    EXPECT_THAT(read(EventType::presence_cleared, "{}", nobody), SizeIs(1)) << nobody;
  }
}

TEST_F(PresenceJson, ReadsAndWritesAClear) {
  EXPECT_THAT(read(EventType::presence_cleared, R"({"userId":7,"module":"pms"})"), IsEmpty());
  EXPECT_EQ(std::get<PresenceCleared>(body_.payload), (PresenceCleared{"7", true}));
  EXPECT_EQ(extra_, R"({"module":"pms"})");
  EXPECT_EQ(written(), R"({"userId":7})");
}

TEST_F(PresenceJson, WritesAnExpiry) {
  body_.type = EventType::presence_expired;
  body_.payload = PresenceExpired{"7",
                                  true,
                                  {*OriginId::from("n1"), 2, Sequence(3)},
                                  Time(std::chrono::seconds(60)) + Duration(5)};
  EXPECT_EQ(written(), R"({"userId":7,"beat":"n1.2.3","deadline":"1970-01-01T00:01:00.000005Z"})");
  EXPECT_EQ(mappings_.find(EventType::presence_expired)->read, nullptr) << "the engine's own";
}

TEST_F(PresenceJson, NamesWhatIsWrong) {
  const std::string long_text(513, 'x');
  struct Case {
    std::string json;
    std::string fault;
  };
  const Case cases[] = {
      {R"([])", ": must be an object"},
      {R"({"userId":"a"})", "/module: is required"},
      {R"({"userId":"a","module":7})", "/module: must be a text"},
      {R"({"userId":"a","module":"m","page":[]})", "/page: must be a text"},
      {R"({"userId":"a","module":"m","resource":")" + long_text + R"("})",
       "/resource: takes at most 512 bytes"},
      {R"({"module":"m"})", "/userId: is required"},
      {R"({"userId":"","module":"m"})", "/userId: is required"},
      {R"({"userId":true,"module":"m"})", "/userId: must be a text"},
      {R"({"userId":1e3,"module":"m"})",
       "/userId: must be a text or a whole number in plain digits"},
      {R"({"userId":"a","module":"m","name":1})", "/name: must be a text"},
      {R"({"userId":"a","module":"m","resource":"a\u0000b"})", "/resource: must not hold a NUL"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(read(EventType::presence_beat, c.json, "presence/a/b"), ElementsAre(c.fault))
        << c.json;
  }
}

TEST_F(PresenceJson, KnowsTheModulesThatItIsTold) {
  constexpr std::string_view kElsewhere = R"({"userId":"a","module":"crm"})";
  EXPECT_THAT(read(EventType::presence_beat, kElsewhere), IsEmpty());
  add_presence_mappings(mappings_, {{"pms", "procurement"}, {"ih", "innovation"}});
  EXPECT_THAT(read(EventType::presence_beat, kElsewhere),
              ElementsAre(R"(/module: must be "pms" or "ih")"));
  EXPECT_THAT(read(EventType::presence_beat, R"({"userId":"a","module":"ih"})"), IsEmpty());
  EXPECT_THAT(read(EventType::presence_beat, R"({"userId":"a"})"),
              ElementsAre("/module: is required"));
}

}  // namespace
}  // namespace syncline
