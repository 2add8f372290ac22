// Media types (RFC 9110, 8.3): only as much as choosing a mode and an encoding needs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace syncline {

inline constexpr std::string_view kJsonMedia = "application/json";

// "Application/JSON; charset=utf-8" → "application/json"
std::string media_essence(std::string_view content_type);
bool is_json_media(std::string_view content_type);  // application/json, text/json, */*+json
bool is_text_media(std::string_view content_type);
// A reader that sends `accept` takes `essence`; it takes anything when it sends nothing.
bool accepts(std::string_view accept, std::string_view essence);

}  // namespace syncline
