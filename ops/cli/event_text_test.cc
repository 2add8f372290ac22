#include "ops/cli/event_text.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

constexpr std::string_view kEvent =
    R"({"specversion":"1.0","type":"note","source":"s","subject":"a/b","data":{"x":[1, 2]},)"
    R"("position":42,"receivedtime":"2025-09-18T22:09:30Z"})";

TEST(EventText, Row) {
  EXPECT_EQ(event_row(kEvent), "42  2025-09-18T22:09:30Z  note  a/b  (s)");
  EXPECT_EQ(event_row(R"({"position":1})"), "1  -  -  -  (-)");
}

TEST(EventText, SheetHasDataLast) {
  EXPECT_EQ(event_sheet(kEvent),
            "specversion   1.0\n"
            "type          note\n"
            "source        s\n"
            "subject       a/b\n"
            "position      42\n"
            "receivedtime  2025-09-18T22:09:30Z\n"
            "data          {\"x\":[1, 2]}");
}

// A producer's text cannot move the cursor of the operator's terminal.
TEST(EventText, ControlCharactersAreNotShown) {
  EXPECT_EQ(event_row(R"({"position":1,"type":"\u001b[2J\n"})"), "1  -  ?[2J?  -  (-)");
}

TEST(EventText, WhatIsNoJsonIsShownAsItIs) { EXPECT_EQ(event_row("broken"), "broken"); }

}  // namespace
}  // namespace syncline
