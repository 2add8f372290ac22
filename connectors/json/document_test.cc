#include "connectors/json/document.h"

#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/limits.h"

namespace syncline {
namespace {

using namespace std::string_view_literals;

bool accepted(std::string_view text) {
  JsonDocument document;
  return document.parse(text).has_value();
}

std::string message(std::string_view text) {
  JsonDocument document;
  const auto result = document.parse(text);
  return result ? "accepted" : result.error().message;
}

std::string nested(std::size_t depth, std::string_view open, std::string_view inside,
                   std::string_view close) {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) out += open;
  out += inside;
  for (std::size_t i = 0; i < depth; ++i) out += close;
  return out;
}

TEST(JsonDocument, WhatRfc8259AllowsIsAccepted) {
  for (const auto text : {"null"sv,
                          "true"sv,
                          "false"sv,
                          "0"sv,
                          "-0"sv,
                          "42"sv,
                          "-42"sv,
                          "3.25"sv,
                          "1e5"sv,
                          "1E5"sv,
                          "1e+5"sv,
                          "1e-5"sv,
                          "0e0"sv,
                          "0.0"sv,
                          "-0.0e-0"sv,
                          "1.5e0005"sv,
                          "1e400"sv,
                          "-1e-400"sv,
                          "123456789012345678901234567890"sv,
                          "0.1234567890123456789012345678901234567890"sv,
                          "1e99999999999999999999"sv,
                          "\"\""sv,
                          "\"a\""sv,
                          "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""sv,
                          "\"\\u0041\\u00e9\\u20AC\""sv,
                          "\"\\ud83d\\ude00\""sv,
                          "\"\\u0000\""sv,
                          "\"\\uFFFF\""sv,
                          "\"\x7f\""sv,
                          "\"\u2028\""sv,
                          "\"\U0010FFFF\""sv,
                          "\"'\""sv,
                          "\"/\""sv,
                          "\"[1,2]\""sv,
                          "\"a\\\\\""sv,
                          "[]"sv,
                          "[ ]"sv,
                          "[1]"sv,
                          "[1,2]"sv,
                          "[[],{}]"sv,
                          "[null,true,false]"sv,
                          "[\"a\",1,{}]"sv,
                          "{}"sv,
                          "{ }"sv,
                          "{\"a\":1}"sv,
                          "{\"a\":1,\"b\":2}"sv,
                          "{\"\":0}"sv,
                          "{\"a\":{\"a\":1}}"sv,
                          "[{\"a\":1},{\"a\":1}]"sv,
                          " 1"sv,
                          "1 "sv,
                          "\t\r\n {\r\n\t\"a\" \n:\t1 , \"b\":2 } \n"sv,
                          "[ 1 , 2 ]"sv,
                          "\n\n\"x\"\n"sv}) {
    EXPECT_TRUE(accepted(text)) << text << ": " << message(text);
  }
}

TEST(JsonDocument, WhatRfc8259ForbidsIsRefused) {
  for (const auto text :
       {// nothing, or too much
        ""sv, " "sv, "\n\t "sv, "1 2"sv, "1,"sv, "{}{}"sv, "[][]"sv, "[1]]"sv, "{}}"sv,
        "null null"sv, "\"a\"\"b\""sv, "\"a\"b"sv, "\"a\"1"sv, "1\"a\""sv, "[]a"sv, "1 //x"sv,
        "/**/1"sv, "#\n1"sv, "1;"sv,
        // arrays
        "["sv, "]"sv, "[1"sv, "[1,"sv, "[1,]"sv, "[,]"sv, "[,1]"sv, "[1,,2]"sv, "[1 2]"sv,
        "[1:2]"sv, "[1}"sv, "[\"a\" \"b\"]"sv, "[:]"sv, "[]]"sv, "[a]"sv, "[\"a\",]"sv,
        // objects
        "{"sv, "}"sv, "{\"a\""sv, "{\"a\":"sv, "{\"a\":1"sv, "{\"a\":1,"sv, "{\"a\":1,}"sv, "{,}"sv,
        "{\"a\"}"sv, "{\"a\",1}"sv, "{\"a\":}"sv, "{:1}"sv, "{a:1}"sv, "{'a':1}"sv, "{1:1}"sv,
        "{null:1}"sv, "{\"a\"::1}"sv, "{\"a\":1 \"b\":2}"sv, "{\"a\":1]"sv, "{\"a\":1,,\"b\":2}"sv,
        "{[]:1}"sv, "{\"a\" 1}"sv, "{\"a\":1:2}"sv, "{\"a\":1}a"sv,
        // words
        "nul"sv, "nulll"sv, "Null"sv, "NULL"sv, "tru"sv, "True"sv, "truefalse"sv, "true1"sv,
        "fals"sv, "undefined"sv, "NaN"sv, "-NaN"sv, "Infinity"sv, "-Infinity"sv, "inf"sv, "a"sv,
        "'a'"sv, "n"sv, "true\""sv, "t rue"sv,
        // numbers
        "-"sv, "+1"sv, "--1"sv, "- 1"sv, "01"sv, "-01"sv, "00"sv, "1."sv, ".5"sv, "-.5"sv, "1.e5"sv,
        "1e"sv, "1e+"sv, "1e-"sv, "1ee5"sv, "1e5.5"sv, "1.2.3"sv, "0x10"sv, "1_000"sv, "1a"sv,
        "1e5e5"sv, "1+1"sv, "0b1"sv, "1f"sv, "\uff11"sv, "[1.]"sv, "[-]"sv, "[01]"sv,
        // texts
        "\""sv, "\"a"sv, "\"a\\\""sv, "\"\\"sv, "\"\\a\""sv, "\"\\x41\""sv, "\"\\'\""sv,
        "\"\\0\""sv, "\"\\u\""sv, "\"\\u12\""sv, "\"\\u12g4\""sv, "\"\\u+123\""sv, "\"\\U0041\""sv,
        "\"a\nb\""sv, "\"a\tb\""sv, "\"a\rb\""sv, "\"a\0b\""sv, "\"\x1f\""sv, "\"\\\n\""sv,
        "\\\"a\\\""sv, "\"\\u00\\u00\""sv,
        // half surrogate pairs
        "\"\\ud800\""sv, "\"\\udc00\""sv, "\"\\ud800\\ud800\""sv, "\"\\ud800x\""sv,
        "\"\\ud800\\n\""sv, "\"\\ud800\\u0041\""sv, "\"\\udc00\\ud800\""sv, "\"\\ud83d\\ude0\""sv,
        // not UTF-8
        "\"\xff\""sv, "\"\x80\""sv, "\"\xc0\xaf\""sv, "\"\xe2\x82\""sv, "\"\xed\xa0\x80\""sv,
        "\"\xf4\x90\x80\x80\""sv, "\xff"sv, "{\"\xe9\":1}"sv, "[1]\xff"sv,
        // marks and spaces that JSON does not have
        "\xef\xbb\xbf"
        "1"sv,
        "\0"sv, "1\0"sv,
        "\0"
        "1"sv,
        "[1\0]"sv, "[\0001]"sv, "\f1"sv, "\v1"sv, "1\f"sv, "[1\f,2]"sv,
        "\u00a0"
        "1"sv,
        "\u2028"
        "1"sv,
        "[1\x1a 2]"sv,
        "{\"a\"\x1a"
        "1}"sv,
        "\x1b[]"sv,
        "[1\x0c"
        "2]"sv,
        // a name twice
        "{\"a\":1,\"a\":1}"sv, "{\"a\":1,\"b\":2,\"a\":3}"sv, "{\"a\":1,\"\\u0061\":2}"sv,
        "{\"\":1,\"\":1}"sv, "[{\"x\":{\"a\":1,\"a\":2}}]"sv}) {
    EXPECT_FALSE(accepted(text)) << text;
  }
}

TEST(JsonDocument, TheMessageSaysWhatAndWhere) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "not JSON: no value at byte 0"},
      {"  ", "not JSON: no value at byte 2"},
      {"[1,]", "not JSON: no value of JSON at byte 3"},
      {"[1", "not JSON: no ',' or ']' behind an element at byte 2"},
      {"{\"a\":1,}", "not JSON: no name in quotes at byte 7"},
      {"{\"a\" 1}", "not JSON: no ':' behind a name at byte 5"},
      {"{\"a\":1 2}", "not JSON: no ',' or '}' behind a member at byte 7"},
      {"[", "not JSON: the end where a value was expected at byte 1"},
      {"[nul]", "not JSON: an unknown word at byte 1"},
      {"[1.x]", "not JSON: no value of JSON at byte 1"},
      {"{} {}", "not JSON: something behind the value at byte 3"},
      {"[\"abc\xff\"]", "not JSON: bytes that are not UTF-8 at byte 5"},
      {"[\"abc\n\"]", "not JSON: a control character inside a text at byte 5"},
      {"[\"abc", "not JSON: a text without an end at byte 1"},
      {"[\"ab\\x\"]", "not JSON: an unknown escape at byte 4"},
      {"[\"ab\\ud800\"]", "not JSON: half a surrogate pair at byte 4"},
      {"{\"a\":1, \"a\":2}", "not JSON: a name that the object already has at byte 8"},
      {"\xef\xbb\xbf{}", "not JSON: a byte order mark at byte 0"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(message(text), expected) << text;
}

TEST(JsonDocument, DepthIsBounded) {
  const std::size_t limit = limits::kJsonDepth;
  EXPECT_TRUE(accepted(nested(limit, "[", "", "]")));
  EXPECT_TRUE(accepted(nested(limit, "{\"a\":", "1", "}")));
  EXPECT_FALSE(accepted(nested(limit + 1, "[", "", "]")));
  EXPECT_FALSE(accepted(nested(limit + 1, "{\"a\":", "1", "}")));
  EXPECT_EQ(message(nested(limit + 1, "[", "", "]")),
            "not JSON: a value nested deeper than 64 at byte 64");
  EXPECT_FALSE(accepted(std::string(1'000'000, '[')));
  EXPECT_TRUE(accepted("[" + nested(limit - 1, "[", "", "]") + "," +
                       nested(limit - 1, "[", "", "]") + "]"));
}

TEST(JsonDocument, DepthIsTheCallers) {
  JsonDocument document;
  EXPECT_TRUE(document.parse("[{}]", 2).has_value());
  EXPECT_EQ(document.parse("[[{}]]", 2).error().message,
            "not JSON: a value nested deeper than 2 at byte 2");
}

TEST(JsonDocument, ManyNamesAreCompared) {
  std::string text = "{";
  for (int i = 0; i < 5'000; ++i)
    text += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_TRUE(accepted(text + "\"last\":0}"));
  const auto again = message(text + "\"n17\":0}");
  EXPECT_EQ(again,
            "not JSON: a name that the object already has at byte " + std::to_string(text.size()));
}

TEST(JsonDocument, ValuesAreWhatWasWritten) {
  JsonDocument document;
  const std::string_view text =
      R"( {"t" : "a\u00e9\n" , "n":-1.50e1,"big":123456789012345678901234567890,"huge":1e400,)"
      R"("yes":true,"no":false,"nil":null,"list":[ 1, [2] ,"x"],"deep":{"a":{"b":"c"}},"":0} )";
  const JsonValue root = document.parse(text).value();
  ASSERT_TRUE(root.is(JsonKind::object));
  EXPECT_EQ(root.raw(), text.substr(1, text.size() - 2));

  EXPECT_EQ(root.find("t")->text(), "a\u00e9\n");
  EXPECT_EQ(root.find("t")->raw(), R"("a\u00e9\n")");
  EXPECT_EQ(root.find("n")->number(), -15.0);
  EXPECT_EQ(root.find("n")->integer(), -15);
  EXPECT_EQ(root.find("n")->raw(), "-1.50e1");
  EXPECT_EQ(root.find("big")->raw(), "123456789012345678901234567890");
  EXPECT_EQ(root.find("big")->number(), 123456789012345678901234567890.0);
  EXPECT_EQ(root.find("big")->integer(), std::nullopt);
  EXPECT_EQ(root.find("huge")->raw(), "1e400");
  EXPECT_EQ(root.find("huge")->number(), std::nullopt);
  EXPECT_EQ(root.find("yes")->boolean(), true);
  EXPECT_EQ(root.find("no")->boolean(), false);
  EXPECT_TRUE(root.find("nil")->is(JsonKind::null));
  EXPECT_EQ(root.find("list")->raw(), R"([ 1, [2] ,"x"])");
  EXPECT_EQ(root.find("deep")->find("a")->find("b")->text(), "c");
  EXPECT_EQ(root.find("")->integer(), 0);
  EXPECT_EQ(root.find("absent"), std::nullopt);
  EXPECT_EQ(root.find("a"), std::nullopt) << "only the object's own names";

  const auto list = root.find("list")->elements();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].integer(), 1);
  EXPECT_EQ(list[1].elements().at(0).integer(), 2);
  EXPECT_EQ(list[2].text(), "x");

  std::string names;
  for (const auto& [name, value] : root.members()) names.append(name) += ' ';
  EXPECT_EQ(names, "t n big huge yes no nil list deep  ");
}

TEST(JsonDocument, AValueOfAnotherKindGivesNothing) {
  JsonDocument document;
  const auto list = document.parse(R"(["1",1,true,null,[],{}])").value().elements();
  EXPECT_EQ(list[0].number(), std::nullopt);
  EXPECT_EQ(list[0].integer(), std::nullopt);
  EXPECT_EQ(list[1].text(), std::nullopt);
  EXPECT_EQ(list[1].boolean(), std::nullopt);
  EXPECT_EQ(list[2].text(), std::nullopt);
  EXPECT_EQ(list[3].boolean(), std::nullopt);
  EXPECT_EQ(list[4].find("a"), std::nullopt);
  EXPECT_TRUE(list[4].members().empty());
  EXPECT_TRUE(list[5].elements().empty());
  EXPECT_TRUE(JsonValue().is(JsonKind::null));
  EXPECT_EQ(JsonValue().raw(), "null");
  EXPECT_EQ(JsonValue().find("a"), std::nullopt);
}

TEST(JsonDocument, EscapesBecomeWhatTheyMean) {
  JsonDocument document;
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00E9\u20ac\ud83D\uDE00")", "A\u00e9\u20ac\U0001F600"},
      {R"("\u0000x")", "\0x"sv},
      {R"("\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff")",
       "\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"},
      {R"("before\tmiddle\\after")", "before\tmiddle\\after"},
  };
  for (const auto& [text, meaning] : cases) {
    EXPECT_EQ(document.parse(text).value().text(), meaning) << text;
  }
  const JsonValue names = document.parse(R"({"\u0061b":1,"c":"\n"})").value();
  EXPECT_EQ(names.find("ab")->integer(), 1);
  EXPECT_EQ(names.find("c")->text(), "\n");
}

TEST(JsonDocument, IsUsedAgainAfterAnything) {
  JsonDocument document;
  const std::string large = "[\"" + std::string(3 * limits::kMiB, 'x') + "\"]";
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(document.parse("{\"a\":").has_value());
    EXPECT_EQ(document.parse(large).value().elements().at(0).text()->size(), 3 * limits::kMiB);
    EXPECT_EQ(document.parse("{\"a\":7}").value().find("a")->integer(), 7);
  }
  JsonDocument moved(std::move(document));
  EXPECT_TRUE(moved.parse("[]").has_value());
}

// A text in a buffer of exactly its size, so that a sanitizer sees every byte read beyond it.
Result<JsonValue> parse_exactly(JsonDocument& document, std::unique_ptr<char[]>& bytes,
                                std::string_view text) {
  bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  return document.parse({bytes.get(), text.size()});
}

// Random changes of a good text: what is accepted has a canonical form that means the same.
TEST(JsonDocument, HostileBytesAreRefusedOrReadable) {
  static constexpr std::string_view kSeeds[] = {
      R"({"user_id":"42",)"
      R"("session_data":{"session_id":"a\u00e9\ud83d\ude00","risk":0.10,"n":[1,2e3,-0]}})",
      R"([{"a":null,"b":[true,false,"\\\"\n"]},"x",[[[{}]]],123456789012345678901234567890,1E-7])",
      R"("plain \u0000 \t text with \\ many \" escapes \/")"};
  static constexpr std::string_view kBytes = "{}[]:,\"\\ \n0123456789.-+eEtrufalsn\xc3\xa9\xff\x01";
  std::mt19937_64 random(8259);
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  JsonDocument document;
  JsonDocument second;
  std::unique_ptr<char[]> bytes;
  std::size_t accepted_count = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text(kSeeds[pick(std::size(kSeeds))]);
    for (std::size_t changes = 1 + pick(3); changes > 0 && !text.empty(); --changes) {
      switch (pick(4)) {
        case 0:
          text[pick(text.size())] = kBytes[pick(kBytes.size())];
          break;
        case 1:
          text.insert(pick(text.size()), 1, kBytes[pick(kBytes.size())]);
          break;
        case 2:
          text.erase(pick(text.size()), 1 + pick(4));
          break;
        default:
          text.resize(pick(text.size()) + 1);
      }
    }
    const auto value = parse_exactly(document, bytes, text);
    if (!value) continue;
    ++accepted_count;
    const std::string canonical = canonical_json(*value);
    const auto again = second.parse(canonical);
    ASSERT_TRUE(again.has_value()) << text << "\n" << canonical;
    ASSERT_EQ(canonical_json(*again), canonical) << text;
  }
  EXPECT_GT(accepted_count, 1'000u);
}

}  // namespace
}  // namespace syncline
