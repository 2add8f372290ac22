#include "ops/cli/config_mirror.h"

#include "connectors/mirror/kafka_conf.h"
#include "ops/cli/key_files.h"

namespace syncline {
namespace {

constexpr std::string_view kInFile = "file:";

// A dotted name may be written as a table in a table.
void flatten(const TomlValue& table, const std::string& before, MirrorConfig& mirror) {
  for (const auto& [name, value] : table.members) {
    const std::string full = before + name;
    switch (value.kind) {
      case TomlKind::table:
        flatten(value, full + '.', mirror);
        break;
      case TomlKind::integer:
        mirror.librdkafka.emplace_back(full, Secret(std::to_string(value.integer)));
        break;
      case TomlKind::boolean:
        mirror.librdkafka.emplace_back(full, Secret(value.boolean ? "true" : "false"));
        break;
      default:
        mirror.librdkafka.emplace_back(full, Secret(value.text));
    }
  }
}

Result<std::string> property_value(const Secret& given) {
  const std::string& text = given.reveal();
  if (!text.starts_with(kInFile)) return text;
  auto value = read_key_file(text.substr(kInFile.size()));
  if (value.has_value() && value->ends_with('\n')) value->pop_back();
  return value;
}

}  // namespace

void fill_mirror(const Settings& settings, Config& config) {
  const auto with = [&](std::string_view key, auto use) {
    if (const Setting* setting = settings.find(key)) use(setting->value);
  };
  MirrorConfig& mirror = config.mirror;
  with("mirror.brokers", [&](const TomlValue& v) { mirror.brokers = v.text; });
  with("mirror.prefix", [&](const TomlValue& v) { mirror.prefix = v.text; });
  with("mirror.format", [&](const TomlValue& v) {
    mirror.format = v.text == "json" ? MirrorFormat::json : MirrorFormat::frame;
  });
  with("mirror.partitions",
       [&](const TomlValue& v) { mirror.partitions = static_cast<std::uint32_t>(v.integer); });
  with("mirror.create_topics", [&](const TomlValue& v) { mirror.create_topics = v.boolean; });
  with("mirror.librdkafka", [&](const TomlValue& v) { flatten(v, "", mirror); });
}

std::vector<std::pair<std::string_view, std::string>> mirror_faults(const Config& config) {
  std::vector<std::pair<std::string_view, std::string>> faults;
  for (const auto& [property, given] : config.mirror.librdkafka) {
    const auto value = property_value(given);
    const std::string fault =
        value ? librdkafka_fault(property, *value) : "names a file: " + value.error().message;
    if (!fault.empty()) faults.emplace_back("mirror.librdkafka", '`' + property + "` " + fault);
  }
  return faults;
}

Result<MirrorOptions> mirror_options(const Config& config) {
  const MirrorConfig& mirror = config.mirror;
  MirrorOptions options{.brokers = mirror.brokers,
                        .prefix = mirror.prefix,
                        .format = mirror.format,
                        .partitions = mirror.partitions,
                        .create_topics = mirror.create_topics,
                        .librdkafka = {}};
  for (const auto& [property, given] : mirror.librdkafka) {
    auto value = property_value(given);
    if (!value)
      return Error{value.error().code,
                   "mirror.librdkafka: `" + property + "` names a file: " + value.error().message};
    options.librdkafka.emplace_back(property, std::move(*value));
  }
  return options;
}

}  // namespace syncline
