// Reads JSON strictly: UTF-8, depth at most limits::kJsonDepth, nothing behind the value, no name
// twice in one object. simdjson does the work and is seen by document.cc alone. A JsonDocument owns
// a parser and is kept per thread; everything it gives out points into the parsed text or into the
// document, and lives until the next parse().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace syncline {

enum class JsonKind : std::uint8_t { null, boolean, number, text, array, object };

class JsonValue {
 public:
  JsonKind kind() const;
  bool is(JsonKind k) const { return kind() == k; }

  std::optional<std::string_view> text() const;  // unescaped
  std::optional<bool> boolean() const;
  std::optional<double> number() const;
  std::optional<std::int64_t> integer() const;  // a number without fraction that fits
  std::string_view raw() const;                 // exactly as written

  std::optional<JsonValue> find(std::string_view name) const;  // member of an object
  struct Member;
  std::vector<Member> members() const;      // of an object, in order
  std::vector<JsonValue> elements() const;  // of an array

 private:
  friend class JsonDocument;
  struct Node;
  const void* document_ = nullptr;
  std::uint32_t node_ = 0;
};

struct JsonValue::Member {
  std::string_view name;
  JsonValue value;
};

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;

  // `invalid`, with the offset where it broke. Copies `text` only when it lacks padding.
  Result<JsonValue> parse(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The one form of all JSON texts that mean the same (RFC 8785, but numbers that a double cannot
// hold keep their digits): names sorted, no space, numbers in their shortest form. `without`: a
// top-level name to leave out.
std::string canonical_json(const JsonValue& value, std::string_view without = {});

}  // namespace syncline
