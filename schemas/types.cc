#include "schemas/types.h"

#include <algorithm>

namespace syncline {

std::optional<OriginId> OriginId::from(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (text.empty() || text.size() > kSize || !std::all_of(text.begin(), text.end(), allowed)) {
    return std::nullopt;
  }
  OriginId id;
  std::copy(text.begin(), text.end(), id.bytes.begin());
  return id;
}

std::string_view OriginId::text() const {
  return {bytes.data(),
          static_cast<std::size_t>(std::find(bytes.begin(), bytes.end(), '\0') - bytes.begin())};
}

std::string EventName::text() const {
  std::string out(origin.text());
  out += '.';
  out += std::to_string(incarnation);
  out += '.';
  out += std::to_string(sequence.value);
  return out;
}

}  // namespace syncline
