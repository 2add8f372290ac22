#include "connectors/cloudevents/media_type.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(MediaType, Essence) {
  EXPECT_EQ(media_essence("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(media_essence(" text/plain "), "text/plain");
  EXPECT_EQ(media_essence(""), "");
}

TEST(MediaType, Json) {
  for (const char* type : {"application/json", "application/JSON;a=b", "text/json", "a/b+json"}) {
    EXPECT_TRUE(is_json_media(type)) << type;
  }
  for (const char* type : {"", "text/plain", "application/jsonp", "application/xml"}) {
    EXPECT_FALSE(is_json_media(type)) << type;
  }
}

TEST(MediaType, Accept) {
  for (const char* accept : {"", "*/*", "text/*", "text/event-stream",
                             "a/b, Text/Event-Stream;q=0.1", "text/event-stream;q=1.0"}) {
    EXPECT_TRUE(accepts(accept, "text/event-stream")) << accept;
  }
  for (const char* accept : {"text/plain", "text/event-stream;q=0", "a/b;q=0.5, */*;q=0.0"}) {
    EXPECT_FALSE(accepts(accept, "text/event-stream")) << accept;
  }
}

}  // namespace
}  // namespace syncline
