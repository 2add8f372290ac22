#include "connectors/presence/beat_request.h"

#include <gtest/gtest.h>

#include "schemas/body_codec.h"
#include "tests/fakes.h"

namespace syncline {
namespace {

const std::vector<ModuleName> kModules{{"pms", "procurement"}, {"ih", "innovation"}};

class BeatRequest : public testing::Test {
 protected:
  BeatRequest() {
    request_.principal.kind = Principal::Kind::user;
    request_.principal.id = "42";
    request_.principal.id_is_number = true;
    request_.principal.name = "Ada";
  }
  std::variant<Draft, BeatFault> read(const std::string& body) {
    request_.body = body;
    return read_beat(request_, kModules, clock_, rng_);
  }

  Request request_;
  FakeClock clock_;
  SeededRng rng_{1};
};

TEST_F(BeatRequest, TheTokenSaysWhoItIs) {
  const auto read_draft = read(R"({"module":"pms","userId":"other","name":"Eve","x":1})");
  const auto& draft = std::get<Draft>(read_draft);
  const EventBody body = decode_body(draft.bytes()).value();
  EXPECT_EQ(body.subject, "presence/42");
  EXPECT_EQ(body.type, EventType::presence_beat);
  EXPECT_EQ(body.actor, "42");
  EXPECT_EQ(body.extra_json, R"({"x":1})");
  EXPECT_EQ(std::get<PresenceBeat>(body.payload), (PresenceBeat{.user_id = "42",
                                                                .user_id_is_number = true,
                                                                .module = "pms",
                                                                .page = {},
                                                                .resource = {},
                                                                .name = "Ada"}));
}

TEST_F(BeatRequest, SaysWhatIsWrong) {
  struct Case {
    std::string body;
    std::string code, detail;
  };
  const std::string invalid = R"(Invalid module. Must be "pms" or "ih")";
  const Case cases[] = {
      {"{}", "invalid_module", invalid},
      {"[]", "invalid_module", invalid},
      {R"({"module":"crm","page":7})", "invalid_module", invalid},
      {R"({"module":"pms","page":7})", "invalid_body", "page must be a text"},
  };
  for (const Case& c : cases) {
    const auto answer = read(c.body);
    const auto& fault = std::get<BeatFault>(answer);
    EXPECT_EQ(fault.code, c.code) << c.body;
    EXPECT_EQ(fault.detail, c.detail) << c.body;
  }
  EXPECT_EQ(std::get<BeatFault>(read("{")).code, "invalid_json");
  request_.principal.id = std::string(600, 'x');
  EXPECT_EQ(std::get<BeatFault>(read(R"({"module":"pms"})")).code, "invalid_user");
}

TEST_F(BeatRequest, NamesTheModulesThereAre) {
  const std::vector<ModuleName> three{{"a", "A"}, {"b", "B"}, {"c", "C"}};
  EXPECT_EQ(invalid_module(three), R"(Invalid module. Must be "a", "b" or "c")");
  EXPECT_EQ(invalid_module(std::span(three).first(1)), R"(Invalid module. Must be "a")");
}

TEST_F(BeatRequest, AClear) {
  const auto read_draft = read_clear(request_, clock_, rng_);
  const EventBody body = decode_body(std::get<Draft>(read_draft).bytes()).value();
  EXPECT_EQ(body.subject, "presence/42");
  EXPECT_EQ(std::get<PresenceCleared>(body.payload), (PresenceCleared{"42", true}));
}

}  // namespace
}  // namespace syncline
