#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "connectors/json/document.h"
#include "connectors/json/escape.h"
#include "connectors/json/number.h"

namespace syncline {
namespace {

std::string canonical(std::string_view text, std::string_view without = {}) {
  JsonDocument document;
  return canonical_json(document.parse(text).value(), without);
}

TEST(CanonicalJson, TextsThatMeanTheSameAreEqual) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"b":1,"a":2})", R"({"a":2,"b":1})"},
      {" { \"a\" : [ 1 , 2 ] } ", R"({"a":[1,2]})"},
      {R"([1.0,1e0,10E-1])", "[1,1,1]"},
      {R"("\u0041\/\u00e9")", "\"A/\u00e9\""},
      {R"("\u0007\u000a\u001F")", R"("\u0007\n\u001f")"},
      {R"({"\u0062":1,"a":1})", R"({"a":1,"b":1})"},
      {R"({"b":{"z":1,"y":[{"d":1,"c":2}]},"a":null})",
       R"({"a":null,"b":{"y":[{"c":2,"d":1}],"z":1}})"},
      {"[ ]", "[]"},
      {"{ }", "{}"},
      {"[[],{},[[]]]", "[[],{},[[]]]"},
      {"[true,false,null]", "[true,false,null]"},
      {R"({"aa":1,"a":2,"":3,"B":4})", R"({"":3,"B":4,"a":2,"aa":1})"},
      {"{\"\U0001F600\":1,\"\uFB33\":2,\"\u00e9\":3}",
       "{\"\u00e9\":3,\"\uFB33\":2,\"\U0001F600\":1}"},
      {"[123456789012345678901,9007199254740993]", "[123456789012345678901,9007199254740993]"},
  };
  for (const auto& [text, form] : cases) EXPECT_EQ(canonical(text), form) << text;
}

TEST(CanonicalJson, TextsThatDifferStayDifferent) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"1", "\"1\""},         {"9007199254740993", "9007199254740992"},
      {"[1,2]", "[2,1]"},     {"null", "\"null\""},
      {"[]", "{}"},           {R"({"a":1})", R"({"A":1})"},
      {"1e400", "1e401"},     {R"(["a","b"])", R"(["a,b"])"},
      {"[[1],2]", "[1,[2]]"}, {"\"\u00e9\"", "\"e\u0301\""},
  };
  for (const auto& [a, b] : cases) EXPECT_NE(canonical(a), canonical(b)) << a;
}

TEST(CanonicalJson, OneNameCanBeLeftOut) {
  EXPECT_EQ(canonical(R"({"changes":{"after":1},"after":{"x":1},"id":1})", "after"),
            R"({"changes":{"after":1},"id":1})");
  EXPECT_EQ(canonical(R"({"after":1})", "after"), "{}");
  EXPECT_EQ(canonical(R"([{"after":1}])", "after"), R"([{"after":1}])");
  EXPECT_EQ(canonical(R"({"":1})"), R"({"":1})");
}

// The definition, without a shortcut: members sorted, texts escaped anew, numbers by their digits
// (an exponent that changes nothing keeps them from being taken as they are).
std::string by_definition(const JsonValue& value) {
  if (const auto text = value.text()) {
    std::string out;
    append_json_text(out, *text);
    return out;
  }
  if (value.is(JsonKind::number)) {
    std::string number(value.raw());
    if (number.find_first_of("eE") == std::string::npos) number += "e0";
    std::string out;
    append_canonical_number(out, number);
    return out;
  }
  std::string out;
  if (value.is(JsonKind::array)) {
    for (const JsonValue& element : value.elements()) {
      out += (out.empty() ? "" : ",") + by_definition(element);
    }
    return "[" + out + "]";
  }
  if (!value.is(JsonKind::object)) return std::string(value.raw());
  auto members = value.members();
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& member : members) {
    if (!out.empty()) out += ',';
    append_json_text(out, member.name);
    out += ":" + by_definition(member.value);
  }
  return "{" + out + "}";
}

// A random document, its members in a random order.
class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  std::string value(int depth = 0) {
    switch (pick(depth < 4 ? 6 : 3)) {
      case 0:
        return one_of({"null", "true", "false"});
      case 1:
        return number();
      case 2:
        return '"' + letters() + '"';
      case 3:
        return '[' + listed([&](std::size_t) { return value(depth + 1); }) + ']';
      default:
        return '{' + listed([&](std::size_t i) {
                 return '"' + letters() + std::to_string(i) + "\" :" + value(depth + 1);
               }) +
               '}';
    }
  }

 private:
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

  std::string one_of(std::initializer_list<const char*> words) {
    return words.begin()[pick(words.size())];
  }

  std::string letters() {
    std::string out;
    for (std::size_t n = pick(4); n > 0; --n) {
      out += one_of({"a", "B", "z9", "\u00e9", "\U0001F600", "\x7f", "\\n", "\\\"", "\\u0041",
                     "\\u001F", "\\/", " ", "{"});
    }
    return out;
  }

  std::string number() {
    return one_of({"", "-"}) + one_of({"0", "1", "10", "129", "123456789012345678901"}) +
           one_of({"", "", ".0", ".5", ".950", ".0000001", ".123456789012", ".1234567890123456"}) +
           one_of({"", "", "", "e0", "E+2", "e-7", "e21"});
  }

  template <class Element>
  std::string listed(Element element) {
    std::vector<std::string> elements(pick(6));
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = element(i);
    std::shuffle(elements.begin(), elements.end(), random_);
    std::string out;
    for (const auto& each : elements) out += (out.empty() ? " " : " ,") + each;
    return out;
  }

  std::mt19937_64 random_;
};

TEST(CanonicalJson, RandomDocumentsAreWrittenByTheDefinition) {
  RandomJson random(8785);
  JsonDocument document;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = random.value();
    const auto value = document.parse(text);
    ASSERT_TRUE(value.has_value()) << text;
    const std::string form = canonical_json(*value);
    ASSERT_EQ(form, by_definition(*value)) << text;
    ASSERT_EQ(canonical(form), form) << text;
  }
}

}  // namespace
}  // namespace syncline
