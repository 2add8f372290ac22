#include "connectors/events/event_filter.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

constexpr Time kNoon{std::chrono::seconds(1'758'196'800)};  // 2025-09-18T12:00:00Z

Event event() {
  Event made;
  made.header.append_time = kNoon;
  made.body.payload = Document{.type = "note.written"};
  made.body.subject = "note/1";
  made.body.source = "/a";
  return made;
}

TEST(EventFilter, LetsThroughWhatEveryPartOfItLets) {
  EXPECT_TRUE(EventFilter{}.matches(event()));
  const struct {
    const char* name;
    const char* lets;
    const char* stops;
  } cases[] = {{"type", "note.written", "note"},
               {"subject", "note/1", "note/11"},
               {"type", "note.*", "note.written.*"},
               {"type", "*", "user.*"},
               {"subject", "note/*", "note/1/*"},
               {"source", "/a", "/*"},
               {"since", "2025-09-18T12:00:00Z", "2025-09-18T12:00:00.000001Z"},
               {"until", "2025-09-18T12:00:00.000001Z", "2025-09-18T12:00:00Z"}};
  EventFilter all;
  for (const auto& each : cases) {
    EventFilter filter;
    ASSERT_EQ(filter.set(each.name, each.lets), "");
    ASSERT_EQ(all.set(each.name, each.lets), "");
    EXPECT_TRUE(filter.matches(event())) << each.name;
    ASSERT_EQ(filter.set(each.name, each.stops), "");
    EXPECT_FALSE(filter.matches(event())) << each.name;
  }
  EXPECT_TRUE(all.matches(event()));
}

TEST(EventFilter, IsSetByTheTextItGives) {
  EventFilter filter;
  for (const auto name : EventFilter::kNames) EXPECT_EQ(filter.text(name), "");
  for (const char* name : {"type", "subject", "source"}) {
    EXPECT_EQ(filter.set(name, "x y"), "");
    EXPECT_EQ(filter.text(name), "x y");
    EXPECT_EQ(filter.set(name, "x*"), "");
    EXPECT_EQ(filter.text(name), "x*");
    EXPECT_EQ(filter.set(name, "x"), "");
    EXPECT_EQ(filter.text(name), "x");
    EXPECT_NE(filter.set(name, ""), "");
  }
  for (const char* name : {"since", "until"}) {
    EXPECT_EQ(filter.set(name, "2025-09-18T14:00:00.000001+02:00"), "");
    EXPECT_EQ(filter.text(name), "2025-09-18T12:00:00.000001Z");
    EXPECT_NE(filter.set(name, "noon"), "");
  }
}

}  // namespace
}  // namespace syncline
