// Reads JSON strictly (RFC 8259): UTF-8, of bounded depth, nothing behind the value, no name twice
// in one object, no half surrogate pairs. Numbers of any size are accepted and kept as written.
// simdjson finds the tokens and is seen by document.cc alone. A JsonDocument owns its buffers and
// is kept per thread; everything it gives out points into the parsed text (which is not copied: its
// owner outlives the values) or into the document, and lives until the next parse().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/limits.h"

namespace syncline {

struct JsonTree;

enum class JsonKind : std::uint8_t { null, boolean, number, text, array, object };

// Two words; copied freely. One that was never assigned is null.
class JsonValue {
 public:
  JsonValue() = default;

  JsonKind kind() const;
  bool is(JsonKind k) const { return kind() == k; }

  std::optional<std::string_view> text() const;  // unescaped
  std::optional<bool> boolean() const;
  std::optional<double> number() const;         // the nearest; nullopt also when none is finite
  std::optional<std::int64_t> integer() const;  // a number without fraction that fits: 1, 1.0, 1e3
  std::string_view raw() const;                 // exactly as written

  std::optional<JsonValue> find(std::string_view name) const;  // member of an object
  // Of a member: nullopt when it is no whole number from 0; "" when it is no text.
  std::optional<std::uint64_t> count_of(std::string_view name) const;
  std::string_view text_of(std::string_view name) const;
  struct Member;
  std::vector<Member> members() const;      // of an object, in order
  std::vector<JsonValue> elements() const;  // of an array

 private:
  friend class JsonDocument;
  friend std::string canonical_json(const JsonValue& value, std::string_view without);
  JsonValue(const JsonTree* tree, std::uint32_t node) : tree_(tree), node_(node) {}

  const JsonTree* tree_ = nullptr;
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

  // `invalid`, saying what is wrong at which byte. `depth`: bounds recursion.
  Result<JsonValue> parse(std::string_view text, std::size_t depth = limits::kJsonDepth);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The one form of all JSON texts that mean the same: RFC 8785, but names are sorted by the bytes of
// their UTF-8, and integers and fractions of more than 17 digits keep their digits. `without`: a
// top-level name to leave out.
std::string canonical_json(const JsonValue& value, std::string_view without = {});

}  // namespace syncline
