// c: u8 format (1), u64 expiry in µs, u32 zone. k: u8 format (1), count, each text id, text name.
// z: u8 format (1), text name, count, each time from, u32 seconds east. Absent: the default.
#include "projections/presence/presence_settings.h"

#include <algorithm>

#include "projections/packed.h"
#include "projections/presence/presence_keys.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

constexpr std::uint8_t kFormat = 1;
// Whatever an event says: a stay never ends before it began, and no sum of times overflows.
constexpr std::chrono::milliseconds kShortest(1);
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 366);

bool put_if_new(FoldState& state, std::string_view key, const std::string& value) {
  if (state.get(key) == value) return false;
  state.put(key, value);
  return true;
}

std::string encode_settings(const BeatSettings& settings) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.u64(static_cast<std::uint64_t>(settings.expiry.count()));
  pack.u32(settings.zone);
  return out;
}

std::string encode_modules(const std::vector<PresenceModule>& modules) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.size(modules.size());
  for (const PresenceModule& module : modules) {
    pack.text(module.id);
    pack.text(module.name);
  }
  return out;
}

std::string encode_zone(const PresenceZone& zone) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.text(zone.name);
  pack.size(zone.offsets.size());
  for (const ZoneOffset& offset : zone.offsets) {
    pack.time(offset.from);
    pack.u32(static_cast<std::uint32_t>(offset.east.count()));
  }
  return out;
}

}  // namespace

BeatSettings decode_settings(const std::optional<std::string>& value) {
  BeatSettings settings;
  if (!value) return settings;
  Unpacker in(*value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  settings.expiry = Duration(static_cast<std::int64_t>(in.u64()));
  settings.zone = in.u32();
  return settings;
}

std::vector<ConfiguredModule> decode_modules(const std::optional<std::string>& value) {
  std::vector<ConfiguredModule> modules;
  if (!value) {
    for (const PresenceModule& module : kPresenceModules) {
      modules.push_back({std::string(module.id), std::string(module.name)});
    }
    return modules;
  }
  Unpacker in(*value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  modules.resize(in.size());
  for (ConfiguredModule& module : modules) {
    module.id = in.text();
    module.name = in.text();
  }
  return modules;
}

std::vector<ZoneOffset> decode_zone(const std::optional<std::string>& value) {
  std::vector<ZoneOffset> offsets;
  if (!value) return offsets;
  Unpacker in(*value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  in.text();
  offsets.resize(in.size());
  for (ZoneOffset& offset : offsets) {
    offset.from = in.time();
    offset.east = std::chrono::seconds(static_cast<std::int32_t>(in.u32()));
  }
  return offsets;
}

bool apply_settings(const ConfigApplied& config, FoldState& state) {
  BeatSettings settings = beat_settings(state);
  bool changed = false;
  if (config.presence_modules) {
    changed |= put_if_new(state, keys::kModules, encode_modules(*config.presence_modules));
  }
  if (config.presence_zone && put_if_new(state, keys::kZone, encode_zone(*config.presence_zone))) {
    ++settings.zone;
  }
  if (config.presence_expiry) {
    settings.expiry = std::clamp(*config.presence_expiry, kShortest, kLongest);
  }
  if (!config.presence_zone && !config.presence_expiry) return changed;
  return put_if_new(state, keys::kBeatSettings, encode_settings(settings)) || changed;
}

}  // namespace syncline
