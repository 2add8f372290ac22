// Which events somebody wants: one filter for pages, streams, exports and replays, from the query
// of a request or the words of a command line. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/log/record.h"

namespace syncline {

struct EventFilter {
  // What a filter can name: query parameters, and options (`--type`).
  static constexpr std::array<std::string_view, 5> kNames{"type", "subject", "source", "since",
                                                          "until"};

  std::string type{}, subject{}, source{};           // "" matches everything
  bool type_begins = false, subject_begins = false;  // what it begins with: set by "session.*"
  std::optional<Time> since{}, until{};  // by append time; `until` is the first one left out

  bool matches(const Event& event) const;

  // Sets one of kNames; a type and a subject may end with `*`. "" or what the value must be: "must
  // be a time, like …".
  std::string set(std::string_view name, std::string_view value);
  // As set() took it; "": not set.
  std::string text(std::string_view name) const;
};

}  // namespace syncline
