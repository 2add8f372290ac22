#include "connectors/auth/refused_login_writer.h"

#include <future>

#include <gtest/gtest.h>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/schema_check.h"
#include "connectors/http/test_engine.h"
#include "engine/limits.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

constexpr Time kStart{std::chrono::seconds(1'758'233'370)};

RefusedLogin refused(std::string address) {
  return {.address = std::move(address),
          .from = kStart,
          .to = kStart + std::chrono::seconds(2),
          .attempts = {3, 0, 4}};
}

TEST(RefusedLoginDraft, SaysWhoHowOftenAndWhy) {
  const Draft draft = refused_login_draft(refused("2001:db8::/64"), "/syncline/a", "id-1");
  const auto body = decode_body(draft.bytes());
  ASSERT_TRUE(body);
  EXPECT_EQ(body->type_name(), "login.refused");
  EXPECT_EQ(body->source, "/syncline/a");
  EXPECT_EQ(body->subject, "login/2001%3Adb8%3A%3A%2F64");
  EXPECT_EQ(body->client_address, "2001:db8::/64");
  std::string data;
  JsonWriter out(data);
  write_payload(*body, PayloadMappings(), out);
  EXPECT_EQ(data, R"({"address":"2001:db8::/64","from":"2025-09-18T22:09:30.000Z",)"
                  R"("to":"2025-09-18T22:09:32.000Z","attempts":7,)"
                  R"("reasons":{"bad_token":3,"unknown_key":4}})");
  EXPECT_TRUE(SchemaCheck().check(EventType::login_refused, data).empty());
}

TEST(RefusedLoginWriter, WritesOneEventForManyRefusals) {
  std::promise<void> written;
  TestEngine on;
  on.engine->folder().add_listener([&written](Position) { written.set_value(); });
  Request request;
  request.peer = "192.0.2.7";
  request.headers = {{"x-api-key", "a guess"}};
  const Access access{Access::Rule::admin};
  for (unsigned i = 0; i < limits::kFailedLoginsPerMinute + 25; ++i)
    (void)on.authenticator.admit(request, access);
  RefusedLoginWriter writer(*on.engine, on.authenticator);
  const auto seen = written.get_future().wait_for(std::chrono::seconds(30));
  ASSERT_EQ(seen, std::future_status::ready);
  writer.stop();
  ASSERT_EQ(on.engine->applied(), Position(1));
  const std::string frame = on.engine->log().read(Position(1)).value();
  const Event event = decode_frame(frame);
  EXPECT_EQ(event.body.type, EventType::login_refused);
  EXPECT_EQ(event.body.subject, "login/192.0.2.7");
  EXPECT_NE(std::get<Document>(event.body.payload).data.find(R"("attempts":25,)"),
            std::string_view::npos);
}

}  // namespace
}  // namespace syncline
