#include "connectors/json/writer.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "connectors/json/escape.h"
#include "connectors/json/utf8.h"

namespace syncline {
namespace {

std::string text(std::string_view value) {
  std::string out;
  append_json_text(out, value);
  return out;
}

TEST(JsonWriter, CommasAreItsOwnBusiness) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("a", 1u).field("b", "x").field("c", true).key("d").null();
  json.key("empty").begin_object().end_object();
  json.key("list").begin_array().value(1).value("two").begin_array().end_array();
  json.begin_object().field("k", -5).end_object().null().end_array();
  json.key("raw").raw(R"({"z":[1,2]})").field("last", 2.5);
  json.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":"x","c":true,"d":null,"empty":{},"list":[1,"two",[],{"k":-5},null],)"
                 R"("raw":{"z":[1,2]},"last":2.5})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "data: ";
  JsonWriter(out).begin_array().end_array();
  EXPECT_EQ(out, "data: []");
}

TEST(JsonWriter, EveryKindOfValue) {
  std::string out;
  JsonWriter json(out);
  json.begin_array()
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(Position(7))
      .value(Time(Duration(1758196800123456)))
      .value(1.0)
      .value(std::numeric_limits<double>::infinity())
      .value(false)
      .value(std::string("text"))
      .value(std::string_view())
      .end_array();
  EXPECT_EQ(
      out,
      R"([-9223372036854775808,18446744073709551615,7,"2025-09-18T12:00:00.123Z",1,null,false,)"
      R"("text",""])");
}

TEST(JsonWriter, AbsentIsNull) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("none", std::optional<double>())
      .field("some", std::optional<double>(0.5))
      .field("no", std::optional<bool>(false))
      .text_or_null("empty", "")
      .text_or_null("full", "x")
      .end_object();
  EXPECT_EQ(out, R"({"none":null,"some":0.5,"no":false,"empty":null,"full":"x"})");
}

TEST(JsonWriter, TextIsEscaped) {
  EXPECT_EQ(text(R"(a"b\c/d)"), R"("a\"b\\c/d")");
  EXPECT_EQ(text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(text(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(text("Z\u00fcrich \u20ac \U0001F600 \u2028"),
            "\"Z\u00fcrich \u20ac \U0001F600 \u2028\"");
  std::string out;
  JsonWriter(out).begin_object().field("a\"\n", 1).end_object();
  EXPECT_EQ(out, R"({"a\"\n":1})");
}

TEST(JsonWriter, InvalidUtf8IsReplaced) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x80", "\uFFFD"},
      {"a\xff"
       "b",
       "a\uFFFDb"},
      {"\xc0\xaf", "\uFFFD\uFFFD"},                      // overlong
      {"\xe0\x80\x80", "\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},            // a surrogate
      {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above U+10FFFF
      {"\xf5\x80", "\uFFFD\uFFFD"},
      {"\xe2\x82", "\uFFFD"},  // cut off: one for its beginning
      {"\xe2\x82x", "\uFFFDx"},
      {"\xf0\x9f\x98\"", "\uFFFD\\\""},
      {"\xc3\xbc\xc3", "\u00fc\uFFFD"},
  };
  for (const auto& [bytes, expected] : cases) {
    EXPECT_EQ(text(bytes), "\"" + std::string(expected) + "\"");
  }
}

TEST(Utf8, FaultIsWhereItStopsBeingUtf8) {
  EXPECT_EQ(utf8_fault(""), std::string_view::npos);
  EXPECT_EQ(utf8_fault("abc \u00e9 \u20ac \U0010FFFF"), std::string_view::npos);
  EXPECT_EQ(utf8_fault("abc\xff"), 3u);
  EXPECT_EQ(utf8_fault("\u20ac\xe2\x82"), 3u);
}

}  // namespace
}  // namespace syncline
