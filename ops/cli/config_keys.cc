#include "ops/cli/config_keys.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "connectors/auth/algorithm.h"
#include "connectors/auth/base64.h"
#include "ops/cli/nearest.h"
#include "ops/cli/quantity.h"
#include "ops/cli/time_zone.h"
#include "schemas/types.h"

namespace syncline {
namespace {

constexpr std::chrono::minutes kLeewayMax{5};

// What a value must be. Each answers "" or what is wrong; no answer repeats a secret.

std::string is_text(const TomlValue& value) {
  if (value.kind != TomlKind::text) return "must be a text in quotes";
  return value.text.empty() ? "must not be empty" : "";
}

std::string is_any_text(const TomlValue& value) {
  return value.kind == TomlKind::text ? "" : "must be a text in quotes";
}

std::string is_boolean(const TomlValue& value) {
  return value.kind == TomlKind::boolean ? "" : "must be true or false";
}

template <std::int64_t kMin, std::int64_t kMax>
std::string is_integer(const TomlValue& value) {
  if (value.kind == TomlKind::integer && value.integer >= kMin && value.integer <= kMax) return "";
  return "must be a whole number from " + std::to_string(kMin) + " to " + std::to_string(kMax);
}

template <auto kRead>
std::string is_quantity(const TomlValue& value) {
  if (std::string fault = is_text(value); !fault.empty()) return fault;
  const auto read = kRead(value.text);
  return read ? "" : read.error().message;
}

std::string is_node(const TomlValue& value) {
  if (value.kind == TomlKind::text && OriginId::from(value.text)) return "";
  return "must be 1 to 16 characters of a-z, 0-9, '.', '_' and '-', like \"a\"";
}

std::string is_url(const TomlValue& value) {
  const std::string_view text = value.text;
  if (text.starts_with("https://") || text.starts_with("http://")) return "";
  return "must be a URL that starts with https:// or http://";
}

std::string is_origin(const TomlValue& value) {
  const std::size_t scheme = value.text.find("://");
  const bool bare = scheme != std::string::npos && scheme > 0 && scheme + 3 < value.text.size() &&
                    value.text.find('/', scheme + 3) == std::string::npos;
  return bare ? "" : "must be an origin, like \"https://app.example.com\", without a path";
}

std::string is_network_text(const TomlValue& value) {
  return is_network(value.text) ? "" : "must be a network, like \"10.0.0.0/8\"";
}

std::string is_algorithm(const TomlValue& value) {
  if (algorithm_from(value.text)) return "";
  return "must be the name of a signature algorithm, like \"HS256\"";
}

std::string is_leeway(const TomlValue& value) {
  if (std::string fault = is_text(value); !fault.empty()) return fault;
  const auto leeway = duration_from(value.text);
  if (!leeway) return leeway.error().message;
  return *leeway <= kLeewayMax ? "" : "must be at most \"5m\": clocks that differ more are wrong";
}

// RFC 6265, 4.1.1: a token.
std::string is_cookie_name(const TomlValue& value) {
  const bool sendable = std::ranges::all_of(value.text, [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
  return sendable ? is_text(value) : "must be the name of a cookie, without spaces, `=` or `;`";
}

template <auto kElement, TomlKind kKind = TomlKind::text>
std::string is_list(const TomlValue& value) {
  if (value.kind != TomlKind::list) return "must be a list: [ …, … ]";
  for (std::size_t i = 0; i < value.elements.size(); ++i) {
    const TomlValue& element = value.elements[i];
    const std::string fault =
        element.kind != kKind ? "is of another kind than the list takes" : kElement(element);
    if (!fault.empty()) return "entry " + std::to_string(i + 1) + " " + fault;
  }
  return "";
}

std::string is_cookie(const TomlValue& value) {
  return value.kind == TomlKind::list ? is_list<is_cookie_name>(value) : is_cookie_name(value);
}

// What a scope opens is connectors/auth/access_table.cc's; tasks:work is of a part to come.
std::string is_scope(const TomlValue& value) {
  static constexpr auto kKnown = std::to_array<std::string_view>(
      {"sessions:write", "events:write", "events:read", "metrics:read", "tasks:work", "admin"});
  if (std::find(kKnown.begin(), kKnown.end(), value.text) != kKnown.end()) return "";
  return '"' + value.text + "\" is not a scope that this server knows; did you mean \"" +
         std::string(nearest(value.text, kKnown)) + "\"?";
}

std::string is_scopes(const TomlValue& value) {
  if (value.kind != TomlKind::list || value.elements.empty()) {
    return "must name one, like [\"sessions:write\"]";
  }
  for (const TomlValue& scope : value.elements) {
    if (scope.kind != TomlKind::text) return "must be texts in quotes";
    if (std::string fault = is_scope(scope); !fault.empty()) return fault;
  }
  return "";
}

struct Field {
  std::string_view name;
  std::string (*fault)(const TomlValue&);
  bool required;
};

// A table of these fields and no others.
std::string has_fields(const TomlValue& table, std::span<const Field> fields) {
  std::vector<std::string_view> names;
  for (const Field& field : fields) {
    names.push_back(field.name);
    const auto found = std::find_if(table.members.begin(), table.members.end(),
                                    [&](const TomlMember& m) { return m.name == field.name; });
    if (found == table.members.end()) {
      if (field.required) return "lacks `" + std::string(field.name) + "`";
    } else if (std::string fault = field.fault(found->value); !fault.empty()) {
      return "has a `" + std::string(field.name) + "` that is wrong: " + fault;
    }
  }
  for (const auto& [name, value] : table.members)
    if (std::find(names.begin(), names.end(), name) == names.end())
      return "has an unknown field `" + name + "`; did you mean `" +
             std::string(nearest(name, names)) + "`?";
  return "";
}

std::string is_api_key(const TomlValue& value) {
  static constexpr Field kFields[] = {{"name", is_text, true},
                                      {"key", is_text, true},
                                      {"scopes", is_scopes, true},
                                      {"tenant", is_text, false}};
  return has_fields(value, kFields);
}

std::string is_time_zone(const TomlValue& value) {
  if (std::string fault = is_text(value); !fault.empty()) return fault;
  return time_zone_fault(value.text);
}

std::string is_presence_expiry(const TomlValue& value) {
  if (std::string fault = is_quantity<duration_from>(value); !fault.empty()) return fault;
  const auto expiry = *duration_from(value.text);
  const bool sane = expiry >= std::chrono::seconds(1) && expiry <= std::chrono::days(1);
  return sane ? "" : "must be from 1s to 1d: a beat counts that long";
}

// A module's id is in beats and URLs, its name a field of answers.
std::string is_module_word(const TomlValue& value) {
  static constexpr std::size_t kLongest = 64;
  static constexpr std::string_view kSigns =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const bool sane = value.kind == TomlKind::text && !value.text.empty() &&
                    value.text.size() <= kLongest &&
                    value.text.find_first_not_of(kSigns) == std::string::npos;
  return sane ? "" : "must be 1 to 64 letters, digits, '.', '_' and '-'";
}

// Of the answer in which the modules' names are fields, too.
std::string is_module_name(const TomlValue& value) {
  static constexpr auto kTaken = std::to_array<std::string_view>({"asOf", "position", "timestamp"});
  if (std::find(kTaken.begin(), kTaken.end(), value.text) == kTaken.end()) {
    return is_module_word(value);
  }
  return "\"" + value.text + "\" is another field of the answer; choose another name";
}

std::string is_module(const TomlValue& value) {
  static constexpr Field kFields[] = {{"id", is_module_word, true}, {"name", is_module_name, true}};
  return has_fields(value, kFields);
}

std::string is_modules(const TomlValue& value) {
  if (std::string fault = is_list<is_module, TomlKind::table>(value); !fault.empty()) return fault;
  if (value.elements.empty())
    return "must name one, like [{ id = \"pms\", name = \"procurement\" }]";
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const TomlValue& module : value.elements) {
    for (const auto& [field, word] : module.members) {
      if (seen.emplace(field, word.text).second) continue;
      return "has two entries with the " + field + " \"" + word.text + "\"";
    }
  }
  return "";
}

std::string is_sessions_auth(const TomlValue& value) {
  const bool known = value.text == "api_key" || value.text == "jwt" || value.text == "none";
  return value.kind == TomlKind::text && known ? "" : R"(must be "api_key", "jwt" or "none")";
}

std::string is_mirror_format(const TomlValue& value) {
  const bool known = value.text == "json" || value.text == "flatbuffers";
  return value.kind == TomlKind::text && known ? "" : R"(must be "json" or "flatbuffers")";
}

std::string is_encryption_key(const TomlValue& value) {
  const auto bytes = value.kind == TomlKind::text ? from_base64(value.text) : std::nullopt;
  return bytes && bytes->size() == 32 ? "" : "must be 32 bytes in base64 (44 characters)";
}

// The beginning of topics' names, which may have 249 characters.
std::string is_topic_prefix(const TomlValue& value) {
  static constexpr std::size_t kLongest = 128;
  static constexpr std::string_view kSigns =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const bool sane = value.kind == TomlKind::text && !value.text.empty() &&
                    value.text.size() <= kLongest &&
                    value.text.find_first_not_of(kSigns) == std::string::npos;
  return sane ? "" : "must be 1 to 128 letters, digits, '.', '_' and '-', like \"syncline\"";
}

// Passed through to librdkafka, which knows what they mean. A dotted name is a table in a table.
std::string is_table_of_plain_values(const TomlValue& value) {
  if (value.kind != TomlKind::table) return "must be a table";
  for (const auto& [name, member] : value.members) {
    if (member.kind == TomlKind::table) {
      if (std::string fault = is_table_of_plain_values(member); !fault.empty()) return fault;
    } else if (member.kind == TomlKind::list || member.kind == TomlKind::time ||
               member.kind == TomlKind::number) {
      return "`" + name + "` must be a text, a whole number or true or false";
    }
  }
  return "";
}

constexpr auto text = TomlKind::text;
constexpr auto list = TomlKind::list;
constexpr auto integer = TomlKind::integer;
constexpr auto boolean = TomlKind::boolean;

constexpr auto is_duration = is_quantity<duration_from>;
constexpr auto is_size = is_quantity<size_from>;
constexpr auto is_rate = is_quantity<rate_from>;
constexpr auto is_listen_address = is_quantity<listen_address_from>;
constexpr auto is_port = is_integer<1, 65'535>;

std::string is_rate_or_none(const TomlValue& value) {
  return is_any_text(value).empty() && value.text.empty() ? "" : is_rate(value);
}

constexpr auto kKeys = std::to_array<ConfigKey>({
    {"node.id", text, is_node, true},
    {"server.listen", text, is_listen_address, true},
    {"server.tls_cert", text, is_text},
    {"server.tls_key", text, is_text},
    {"server.allowed_origins", list, is_list<is_origin>, true},
    {"server.public_metrics", boolean, is_boolean, true},
    {"server.rate", text, is_rate_or_none, true},
    {"log.data", text, is_text, true},
    {"log.backups", text, is_text, true},
    {"log.reserve", text, is_size, true},
    {"auth.jwt_secret", text, is_text, true, "JWT_SECRET"},
    {"auth.jwks_file", text, is_text, true},
    {"auth.jwt_public_key", text, is_text, true},
    {"auth.algorithms", list, is_list<is_algorithm>, true},
    {"auth.issuer", text, is_text, true},
    {"auth.audience", text, is_text, true},
    {"auth.user_claim", text, is_text, true},
    {"auth.role_claim", text, is_text, true},
    {"auth.leeway", text, is_leeway, true},
    {"auth.cookie", list, is_cookie, true},
    {"auth.nextauth_secret", text, is_text, true, "NEXTAUTH_SECRET"},
    {"auth.api_keys", list, is_list<is_api_key, TomlKind::table>, true},
    {"sessions.auth", text, is_sessions_auth, true},
    {"sessions.expire_after_intervals", integer, is_integer<1, 100>, true},
    {"presence.expiry", text, is_presence_expiry, true},
    {"presence.timezone", text, is_time_zone, true},
    {"presence.rate", text, is_rate, true},
    {"presence.modules", list, is_modules, true},
    {"webhooks.secret", text, is_text, false, "WEBHOOK_SECRET"},
    {"webhooks.urls", list, is_list<is_url>, false, "SYNC_WEBHOOK_URLS"},
    {"webhooks.timeout", text, is_duration},
    {"webhooks.encryption_key", text, is_encryption_key},
    {"webhooks.allow_networks", list, is_list<is_network_text>},
    {"webhooks.allow_ports", list, is_list<is_port, TomlKind::integer>},
    {"sync.cron_secret", text, is_text, false, "CRON_SECRET"},
    {"rooms.rate", text, is_rate},
    {"rooms.heartbeat", text, is_duration},
    {"rooms.legacy_xor", boolean, is_boolean},
    {"licenses.pattern", text, is_text},
    {"mirror.brokers", text, is_any_text, true},
    {"mirror.prefix", text, is_topic_prefix, true},
    {"mirror.format", text, is_mirror_format, true},
    {"mirror.partitions", integer, is_integer<1, 10'000>, true},
    {"mirror.create_topics", boolean, is_boolean, true},
    {"mirror.librdkafka", TomlKind::table, is_table_of_plain_values, true},
});

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_config_key(std::string_view name) {
  for (const ConfigKey& key : kKeys)
    if (key.name == name) return &key;
  return nullptr;
}

std::string variable_of(const ConfigKey& key) {
  std::string variable = "SYNCLINE_";
  for (const char c : key.name)
    variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return variable;
}

}  // namespace syncline
