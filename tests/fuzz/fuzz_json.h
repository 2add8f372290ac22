// What the fuzz targets that end in JSON share.
#pragma once

#include <string>
#include <string_view>

#include "connectors/json/document.h"

namespace syncline {

// One text for all that say the same; "" of nothing.
inline std::string canonical(std::string_view json) {
  static JsonDocument document;
  return json.empty() ? "" : canonical_json(document.parse(json).value());
}

}  // namespace syncline
