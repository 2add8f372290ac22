#include "schemas/documents.h"

#include <gmock/gmock.h>

namespace syncline {
namespace {

// Producers are held to it, and readers may count on it, also where the engine alone writes.
TEST(Documents, EveryNamedTypeHasASchema) {
  for (const EventTypeInfo& type : event_types()) {
    EXPECT_THAT(data_schema(type.type), testing::HasSubstr("json-schema.org/draft-07"))
        << type.name;
  }
  EXPECT_EQ(data_schema(EventType::custom), "");
}

// Their checker would run std::regex on what a producer sends, which recurses once for each
// character.
TEST(Documents, NoSchemaHasAPattern) {
  for (const EventTypeInfo& type : event_types()) {
    EXPECT_EQ(data_schema(type.type).find("\"pattern"), std::string_view::npos) << type.name;
  }
}

TEST(Documents, OpenApiIsEmbeddedWhole) {
  EXPECT_TRUE(openapi_document().starts_with("openapi: 3.1.0\n"));
  EXPECT_TRUE(openapi_document().ends_with("\n"));
}

}  // namespace
}  // namespace syncline
