// The name of the entity that an event is about: "session/<user id>/<external id>". Each segment is
// percent-encoded (RFC 3986: everything but ALPHA, DIGIT and "-._~"), so that a "/" in an id never
// makes another entity. Pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syncline {

// make_subject("session", {"u 1", "a/b"}) = "session/u%201/a%2Fb"
std::string make_subject(std::string_view kind, std::initializer_list<std::string_view> segments);

// Of the events that a node makes about itself: "node/a", and their source "/syncline/a".
std::string node_subject(std::string_view node);
std::string node_source(std::string_view node);

// The decoded segments behind the kind; nullopt: a "%" without two digits behind it.
std::optional<std::vector<std::string>> subject_segments(std::string_view subject);

// nullopt: a "%" without two hexadecimal digits behind it.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace syncline
