// JSON, numbers, texts and times. Two readers agree on what is JSON (ours and Boost's) and on what
// a number is (ours and strtod); the canonical form means the same and is its own canonical form;
// what is written reads back.
#include <cmath>
#include <cstdlib>
#include <ctime>

#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>

#include "connectors/json/document.h"
#include "connectors/json/number.h"
#include "connectors/json/time_text.h"
#include "connectors/json/utf8.h"
#include "connectors/json/writer.h"
#include "engine/limits.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

namespace boost_json = boost::json;

// What Boost lets pass: it keeps the last of two members with one name.
bool is_ours_alone(const Error& error) {
  return error.message.find("a name that the object already has") != std::string::npos;
}

void check_number(std::string_view raw) {
  SYNCLINE_CHECK(json_number_size(raw) == raw.size());
  std::string canonical;
  append_canonical_number(canonical, raw);
  SYNCLINE_CHECK(json_number_size(canonical) == canonical.size());
  std::string twice;
  append_canonical_number(twice, canonical);
  SYNCLINE_CHECK(twice == canonical);

  const double second = std::strtod(std::string(raw).c_str(), nullptr);
  const auto nearest = nearest_double(raw);
  SYNCLINE_CHECK(nearest ? *nearest == second : std::isinf(second));
  SYNCLINE_CHECK(nearest_double(canonical) == nearest);
  if (const auto whole = exact_integer(raw)) {
    SYNCLINE_CHECK(nearest == static_cast<double>(*whole));
    SYNCLINE_CHECK(exact_integer(canonical) == whole);
  }
  if (!nearest) return;
  std::string number;
  append_json_number(number, *nearest);
  SYNCLINE_CHECK(nearest_double(number) == nearest);
}

// Every value, against Boost's and against what the writer makes of it.
void check_value(const JsonValue& ours, const boost_json::value& theirs, JsonWriter& out) {
  switch (ours.kind()) {
    case JsonKind::null:
      SYNCLINE_CHECK(theirs.is_null());
      out.null();
      return;
    case JsonKind::boolean:
      SYNCLINE_CHECK(theirs.is_bool() && theirs.get_bool() == ours.boolean());
      out.value(*ours.boolean());
      return;
    case JsonKind::number:
      SYNCLINE_CHECK(theirs.is_number());
      check_number(ours.raw());
      out.raw(ours.raw());
      return;
    case JsonKind::text: {
      SYNCLINE_CHECK(theirs.is_string());
      const auto& text = theirs.get_string();
      SYNCLINE_CHECK(*ours.text() == std::string_view(text.data(), text.size()));
      out.value(*ours.text());
      return;
    }
    case JsonKind::array: {
      const auto elements = ours.elements();
      SYNCLINE_CHECK(theirs.is_array() && theirs.get_array().size() == elements.size());
      out.begin_array();
      for (std::size_t i = 0; i < elements.size(); ++i)
        check_value(elements[i], theirs.get_array()[i], out);
      out.end_array();
      return;
    }
    case JsonKind::object: {
      const auto members = ours.members();
      SYNCLINE_CHECK(theirs.is_object() && theirs.get_object().size() == members.size());
      out.begin_object();
      for (const auto& [name, value] : members) {
        const auto* const there = theirs.get_object().if_contains({name.data(), name.size()});
        SYNCLINE_CHECK(there != nullptr && ours.find(name)->raw() == value.raw());
        out.key(name);
        check_value(value, *there, out);
      }
      out.end_object();
      return;
    }
  }
}

void check_document(std::string_view text) {
  static JsonDocument document, again;
  const auto value = document.parse(text);
  boost_json::error_code refused;
  boost_json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  const boost_json::value theirs =
      boost_json::parse({text.data(), text.size()}, refused, {}, options);
  if (!value) {
    SYNCLINE_CHECK(value.error().code == ErrorCode::invalid && !value.error().message.empty());
    SYNCLINE_CHECK(refused || is_ours_alone(value.error()));
    return;
  }
  const std::string canonical = canonical_json(*value);
  const auto same = again.parse(canonical);
  SYNCLINE_CHECK(same.has_value());
  SYNCLINE_CHECK(canonical_json(*same) == canonical);

  if (refused == boost_json::error::exponent_overflow) return;  // its limit, not JSON's
  SYNCLINE_CHECK(!refused);
  std::string written;
  JsonWriter out(written);
  check_value(*value, theirs, out);
  const auto read = again.parse(written);
  SYNCLINE_CHECK(read.has_value());
  SYNCLINE_CHECK(canonical_json(*read) == canonical);
}

void check_text(std::string_view text) {
  static JsonDocument document;
  std::string written;
  JsonWriter(written).value(text);
  const auto read = document.parse(written);
  SYNCLINE_CHECK(read.has_value() && read->text().has_value());
  if (utf8_fault(text) == std::string_view::npos) SYNCLINE_CHECK(read->text() == text);
}

void check_time(std::string_view text) {
  if (const auto time = from_iso(text)) {
    SYNCLINE_CHECK(from_iso(to_iso_exact(*time)) == time);
    SYNCLINE_CHECK(from_iso(to_iso(*time)) == std::chrono::floor<std::chrono::milliseconds>(*time));
  }
  if (const auto time = from_http_date(text)) {
    std::tm calendar{};
    SYNCLINE_CHECK(strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &calendar));
    SYNCLINE_CHECK(*time == std::chrono::sys_seconds(std::chrono::seconds(timegm(&calendar))));
  }
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const syncline::Exact input(syncline::text_of(bytes, size));
  syncline::check_document(input.view());
  syncline::check_text(input.view());
  syncline::check_time(input.view());
  return 0;
}
