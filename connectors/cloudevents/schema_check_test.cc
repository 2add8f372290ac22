#include "connectors/cloudevents/schema_check.h"

#include <gmock/gmock.h>

namespace syncline {
namespace {

std::vector<std::string> pointers(EventType type, const std::string& data) {
  static const SchemaCheck schemas;
  std::vector<std::string> out;
  for (const FieldFault& fault : schemas.check(type, data)) out.push_back(fault.pointer);
  return out;
}

std::string key(const std::string& expires_at) {
  return R"({"changes":{"expires_at":)" + expires_at + "}}";
}

TEST(SchemaCheck, NamesEveryPlaceOnce) {
  EXPECT_THAT(pointers(EventType::license_key_created,
                       R"({"changes":{"status":"lost","max_downloads":-1,"expires_at":"soon"}})"),
              testing::UnorderedElementsAre("/changes/status", "/changes/max_downloads",
                                            "/changes/expires_at"));
  EXPECT_THAT(pointers(EventType::task_claimed, R"({"worker":"w"})"),
              testing::UnorderedElementsAre("/lease_id", "/lease_until"));
}

TEST(SchemaCheck, UnknownFieldsAndTypesAreFree) {
  EXPECT_THAT(pointers(EventType::room_message, R"({"anything":[{"goes":1}]})"),
              testing::IsEmpty());
  EXPECT_THAT(pointers(EventType::custom, "1"), testing::IsEmpty());
}

TEST(SchemaCheck, TimesAreTimes) {
  for (const char* good :
       {"null", R"("2025-09-18T22:09:30Z")", R"("2025-09-18t22:09:30.5+02:00")"}) {
    EXPECT_THAT(pointers(EventType::license_key_updated, key(good)), testing::IsEmpty()) << good;
  }
  for (const char* bad :
       {R"("")", R"("2025-09-18")", R"("2025-09-18T22:09:30")", R"("soon")", "5"}) {
    EXPECT_THAT(pointers(EventType::license_key_updated, key(bad)),
                testing::ElementsAre("/changes/expires_at"))
        << bad;
  }
}

// A text that is as long as a body may be costs no more stack than a short one.
TEST(SchemaCheck, ALongTextIsOnlyWrong) {
  const std::string digits(1024 * 1024, '1');
  EXPECT_THAT(pointers(EventType::license_key_updated, key('"' + digits + '"')),
              testing::ElementsAre("/changes/expires_at"));
  EXPECT_THAT(
      pointers(EventType::license_key_updated, R"({"changes":{"notes":")" + digits + "\"}}"),
      testing::IsEmpty());
}

TEST(SchemaCheck, FaultsAreBounded) {
  std::string assets = "1";
  for (int i = 0; i < 100; ++i) assets += ",1";
  EXPECT_LE(
      pointers(EventType::release_created, R"({"changes":{"assets":[)" + assets + "]}}").size(),
      20u);
}

}  // namespace
}  // namespace syncline
