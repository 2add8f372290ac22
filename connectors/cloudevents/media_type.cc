#include "connectors/cloudevents/media_type.h"

#include <algorithm>

namespace syncline {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// "q=0", "q=0.0"…: named only to be refused.
bool refused_by_quality(std::string_view parameters) {
  const std::string text = lower(parameters);
  const std::size_t q = text.find("q=0");
  if (q == std::string::npos) return false;
  const std::size_t behind = text.find_first_not_of("0.", q + 2);
  return behind == std::string::npos || text[behind] < '1' || text[behind] > '9';
}

}  // namespace

std::string media_essence(std::string_view content_type) {
  return lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

bool is_json_media(std::string_view content_type) {
  if (content_type == "application/json") return true;
  const std::string essence = media_essence(content_type);
  return essence == "application/json" || essence == "text/json" || essence.ends_with("+json");
}

bool is_text_media(std::string_view content_type) {
  return media_essence(content_type).starts_with("text/");
}

bool accepts(std::string_view accept, std::string_view essence) {
  if (trimmed(accept).empty()) return true;
  const std::string family(essence.substr(0, essence.find('/') + 1));
  while (!accept.empty()) {
    const std::size_t comma = accept.find(',');
    const std::string_view range = accept.substr(0, comma);
    const std::string name = media_essence(range);
    const bool named = name == essence || name == "*/*" || name == family + "*";
    const std::size_t semicolon = range.find(';');
    if (named &&
        (semicolon == std::string_view::npos || !refused_by_quality(range.substr(semicolon)))) {
      return true;
    }
    accept = comma == std::string_view::npos ? std::string_view{} : accept.substr(comma + 1);
  }
  return false;
}

}  // namespace syncline
