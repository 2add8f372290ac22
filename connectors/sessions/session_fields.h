// The JSON shape of a session sync (CONTRACTS 1) as one table that reading and writing share: which
// member of which object is which field of SessionSynced. The order is the document's.
#pragma once

#include <span>
#include <variant>

#include "schemas/body.h"

namespace syncline {

// A century: more is a mistake, and times that are counted from it would leave the calendar.
inline constexpr std::chrono::days kLongestSession{36'525};

// A field's kind says what JSON it takes. Null is absent, everywhere.
struct IdField {  // text without control characters, or a whole number; required
  std::string_view SessionSynced::*field;
};
struct TextField {  // text, or a number, of which the digits are kept
  std::string_view SessionSynced::*field;
};
struct TextsField {  // an array of them
  std::vector<std::string_view> SessionSynced::*field;
};
struct TimeField {  // ISO-8601
  std::optional<Time> SessionSynced::*field;
};
struct SecondsField {  // a number, 0 to kLongestSession
  std::optional<double> SessionSynced::*field;
};
struct ShareField {  // a number, 0 to 1
  std::optional<double> SessionSynced::*field;
};
struct FlagField {
  std::optional<bool> SessionSynced::*field;
};
struct IntervalField {  // a whole number of milliseconds, 0 to kLongestSession
  std::optional<std::chrono::milliseconds> SessionSynced::*field;
};
struct StatusField {  // active, idle, terminated
  SessionStatus SessionSynced::*field;
};
using FieldKind = std::variant<IdField, TextField, TextsField, TimeField, SecondsField, ShareField,
                               FlagField, IntervalField, StatusField>;

struct SessionField {
  std::string_view name;
  FieldKind kind;
};

// An object of the shape: its fields, then the objects in it.
struct SessionSection {
  std::string_view name;
  std::span<const SessionField> fields;
  std::span<const SessionSection> sections;
};

const SessionSection& session_shape();

}  // namespace syncline
