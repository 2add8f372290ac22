// Every key at once: in a file, in the table of keys, and in docs/configuration.md.
#include "ops/cli/config_keys.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/test_keys.h"
#include "ops/cli/config.h"
#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// As an operator of the whole product would write it.
constexpr std::string_view kWholeFile = R"(
[node]
id = "eu-1"
[server]
listen = "0.0.0.0:8080"
allowed_origins = ["https://app.example.com"]
public_metrics = true
rate = "6000/m"
[log]
data = "/var/lib/syncline"
reserve = "512MiB"
backups = "/var/backups/syncline"
[auth]
jwt_secret = "0123456789abcdef0123456789abcdef"
jwks_file = "jwks.json"
jwt_public_key = "key.pub"
algorithms = ["HS256", "ES256"]
leeway = "10s"
issuer = "me"
audience = "you"
user_claim = "uid"
role_claim = "groups"
cookie = "session"
nextauth_secret = "0123456789abcdef0123456789abcdef"
[[auth.api_keys]]
name = "centcom"
key = "0123456789abcdef"
scopes = ["sessions:write"]
tenant = "t"
[sessions]
auth = "api_key"
expire_after_intervals = 3
[presence]
expiry = "5m"
timezone = "UTC"
rate = "120/m"
modules = [{ id = "pms", name = "procurement" }]
[webhooks]
secret = "s"
urls = ["https://example.com/hook"]
timeout = "10s"
encryption_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
allow_networks = ["10.0.0.0/8"]
allow_ports = [443]
[sync]
cron_secret = "s"
[rooms]
rate = "100/m"
heartbeat = "30s"
legacy_xor = false
[licenses]
pattern = "^SCO-.+-.+-.+$"
[mirror]
brokers = "localhost:9092"
prefix = "syncline"
format = "json"
partitions = 12
create_topics = false
[mirror.librdkafka]
"security.protocol" = "ssl"
sasl.mechanism = "PLAIN"
"queue.buffering.max.ms" = 5
)";

TEST(Config, TheWholeFile) {
  const ScratchFolder folder;
  const TestKey key(KeyKind::p256);
  std::string text(kWholeFile);
  for (const auto& [name, content] :
       {std::pair("jwks.json", "{\"keys\":[" + key.jwk() + "]}"), std::pair("key.pub", key.pem())})
    text.replace(text.find(name), std::strlen(name), folder.write(name, content).string());
  const ConfigReading reading = read_config({false, folder.write("syncline.toml", text), {}, {}});
  ASSERT_THAT(reading.faults, IsEmpty());
  const Config& config = reading.config;
  EXPECT_EQ(config.node.text(), "eu-1");
  EXPECT_EQ(config.listen.text(), "0.0.0.0:8080");
  EXPECT_THAT(config.allowed_origins, ElementsAre("https://app.example.com"));
  EXPECT_TRUE(config.public_metrics);
  EXPECT_EQ(config.data, "/var/lib/syncline");
  EXPECT_EQ(config.jwt_secret.reveal(), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(config.claims.issuer, "me");
  EXPECT_EQ(config.claims.audience, "you");
  EXPECT_EQ(config.claims.user, "uid");
  EXPECT_EQ(config.claims.role, "groups");
  EXPECT_EQ(config.jwks_file, folder.path() / "jwks.json");
  EXPECT_EQ(config.jwt_public_key, folder.path() / "key.pub");
  EXPECT_THAT(config.algorithms, ElementsAre(Algorithm::hs256, Algorithm::es256));
  EXPECT_EQ(config.claims.leeway, std::chrono::seconds(10));
  EXPECT_THAT(config.cookies, ElementsAre("session"));
  EXPECT_EQ(config.nextauth_secret.reveal(), config.jwt_secret.reveal());
  ASSERT_EQ(config.api_keys.size(), 1U);
  EXPECT_EQ(config.api_keys[0].name, "centcom");
  EXPECT_EQ(config.api_keys[0].key.reveal(), "0123456789abcdef");
  EXPECT_THAT(config.api_keys[0].scopes, ElementsAre("sessions:write"));
  EXPECT_EQ(config.api_keys[0].tenant, "t");
  EXPECT_EQ(config.sessions_auth, SessionsAuth::api_key);
  EXPECT_EQ(config.expire_after_intervals, 3);
  EXPECT_THAT(config.unused, testing::Contains("webhooks.secret"));
  EXPECT_THAT(config.unused, Not(testing::Contains("node.id")));
}

TEST(ConfigKeys, TheWholeFileHoldsEachAndNoOther) {
  const auto parsed = parse_toml(kWholeFile);
  std::set<std::string> written, known;
  for (const auto& [section, table] : std::get<TomlValue>(parsed).members)
    for (const auto& [name, value] : table.members) written.insert(section + '.' + name);
  for (const ConfigKey& key : config_keys()) known.emplace(key.name);
  known.erase("server.tls_cert");  // known, and refused by this version
  known.erase("server.tls_key");
  EXPECT_EQ(written, known);
}

// A key that this version acts on has a row with its names in the environment, any other is named.
TEST(ConfigKeys, TheDocumentNamesEach) {
  std::ifstream file(SYNCLINE_SOURCE_DIR "/docs/configuration.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  ASSERT_THAT(document, Not(IsEmpty()));
  for (const ConfigKey& key : config_keys()) {
    const std::string name = '`' + std::string(key.name) + '`';
    EXPECT_THAT(document, HasSubstr(key.used ? "\n| " + name + " | " : name));
    std::vector<std::string> variables;
    if (key.used) variables.push_back(variable_of(key));
    if (!key.variable.empty()) variables.emplace_back(key.variable);
    for (const auto& variable : variables) EXPECT_THAT(document, HasSubstr('`' + variable + '`'));
  }
}

}  // namespace
}  // namespace syncline
