// Base64 (RFC 4648), strict: one text for each sequence of bytes, so no white space, no missing or
// extra padding, no bits set behind the last byte. Pure; not constant in time, so never on a secret
// that an attacker can probe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace syncline {

std::string base64(std::string_view bytes);  // section 4, padded
std::optional<std::string> from_base64(std::string_view text);

std::string base64url(std::string_view bytes);  // section 5, without padding
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace syncline
