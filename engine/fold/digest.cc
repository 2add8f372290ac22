#include "engine/fold/digest.h"

namespace syncline {

Hash digest(const Projection& projection, const ReadState& state) {
  Sha256 hasher;
  hasher.update_sized(projection.name());
  hasher.update_number(projection.version());
  state.scan({}, {}, [&](std::string_view key, std::string_view value) {
    if (const auto canonical = projection.canonical(key, value)) {
      hasher.update_sized(key);
      hasher.update_sized(*canonical);
    }
    return true;
  });
  return hasher.finish();
}

}  // namespace syncline
