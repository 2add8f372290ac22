// Writes JSON (RFC 8259) straight into a string: no tree, no copies. Commas are its own business.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);  // invalid UTF-8 becomes U+FFFD
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool b);
  JsonWriter& value(std::int64_t n);
  JsonWriter& value(std::uint64_t n);
  JsonWriter& value(int n) { return value(static_cast<std::int64_t>(n)); }
  JsonWriter& value(unsigned n) { return value(static_cast<std::uint64_t>(n)); }
  JsonWriter& value(double d);  // as JavaScript writes it (1, not 1.0); not finite: null
  JsonWriter& value(Time t);    // ISO-8601 UTC with milliseconds
  JsonWriter& value(Position p) { return value(p.value); }
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // a complete JSON value

  // key and value in one; the text forms write null for "".
  template <class T>
  JsonWriter& field(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  template <class T>
  JsonWriter& field(std::string_view name, const std::optional<T>& v) {
    return v ? key(name).value(*v) : key(name).null();
  }
  JsonWriter& text_or_null(std::string_view name, std::string_view text) {
    return text.empty() ? key(name).null() : key(name).value(text);
  }

 private:
  void separate();
  std::string& out_;
  bool need_comma_ = false;
};

}  // namespace syncline
