// What the presence projection goes by, as the last config.applied has it: how long a beat counts,
// which modules readers are told of, and the zone whose midnight begins a day. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/fold/projection.h"
#include "projections/presence/presence_keys.h"

namespace syncline {

inline constexpr std::chrono::milliseconds kPresenceExpiry = std::chrono::minutes(5);
inline constexpr PresenceModule kPresenceModules[] = {{"pms", "procurement"}, {"ih", "innovation"}};

struct BeatSettings {
  Duration expiry = kPresenceExpiry;
  // Grows with each change of zone, so that what was counted for another zone's day is known.
  std::uint32_t zone = 0;
};

struct ConfiguredModule {
  std::string id, name;
};

// What a fold and a reader have in common.
template <class State>
concept Gets = requires(const State& state, std::string_view key) {
  { state.get(key) } -> std::convertible_to<std::optional<std::string>>;
};

BeatSettings decode_settings(const std::optional<std::string>& value);
std::vector<ConfiguredModule> decode_modules(const std::optional<std::string>& value);
std::vector<ZoneOffset> decode_zone(const std::optional<std::string>& value);

BeatSettings beat_settings(const Gets auto& state) {
  return decode_settings(state.get(presence_keys::kBeatSettings));
}
std::vector<ConfiguredModule> modules_of(const Gets auto& state) {
  return decode_modules(state.get(presence_keys::kModules));
}
std::vector<ZoneOffset> zone_of(const Gets auto& state) {
  return decode_zone(state.get(presence_keys::kZone));
}

// True: something is not as it was.
bool apply_settings(const ConfigApplied& config, FoldState& state);

}  // namespace syncline
