#include "schemas/documents.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

// A producer may send every type that is not reserved: so each of them says what its data is.
TEST(Documents, EveryTypeThatProducersSendHasASchema) {
  for (const EventTypeInfo& type : event_types()) {
    EXPECT_EQ(data_schema(type.type).empty(), type.reserved) << type.name;
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
