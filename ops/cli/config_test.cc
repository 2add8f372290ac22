#include "ops/cli/config.h"

#include <algorithm>
#include <sstream>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kLongSecret = "0123456789abcdef0123456789abcdef";

class ConfigTest : public testing::Test {
 protected:
  ConfigReading read(std::string_view text, const NamedTexts& environment = {},
                     const NamedTexts& flags = {}) {
    return read_config({dev, folder.write("syncline.toml", text), environment, flags});
  }
  // Each as "line: key: what", the line alone for a fault in the file.
  std::vector<std::string> faults(std::string_view text, const NamedTexts& environment = {},
                                  const NamedTexts& flags = {}) {
    std::vector<std::string> texts;
    const std::string file = (folder.path() / "syncline.toml").string();
    for (const ConfigFault& fault : read(text, environment, flags).faults) {
      std::string line = fault.text();
      if (line.starts_with(file)) line = line.substr(file.size());
      texts.push_back(line);
    }
    return texts;
  }

  ScratchFolder folder;
  bool dev = true;  // so that a table of values needs no [sessions]
};

TEST_F(ConfigTest, Defaults) {
  const auto config = load_config({.dev = true, .file = {}, .environment = {}, .flags = {}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->node.text(), "a");
  EXPECT_EQ(config->listen.text(), "127.0.0.1:3594");
  EXPECT_EQ(config->data, "data");
  EXPECT_EQ(config->claims.user, "sub");
  EXPECT_EQ(config->expire_after_intervals, 2);
  EXPECT_FALSE(config->public_metrics);
  EXPECT_THAT(config->allowed_origins,
              ElementsAre("http://localhost:3003", "http://localhost:3594", "tauri://localhost"));
  EXPECT_TRUE(config->jwt_secret.empty());
  EXPECT_EQ(config->presence.expiry, std::chrono::minutes(5));
  EXPECT_EQ(config->presence.timezone, "UTC");
  EXPECT_EQ(config->presence.rate.count, 120u);
  EXPECT_EQ(config->presence.modules.size(), 2u);
  EXPECT_THAT(config->unused, IsEmpty());
}

TEST_F(ConfigTest, PresenceIsRead) {
  const ConfigReading reading = read(
      "[presence]\nexpiry = \"90s\"\ntimezone = \"Europe/Zurich\"\nrate = \"10/s\"\n"
      "modules = [{ id = \"shop\", name = \"sales\" }]");
  ASSERT_THAT(reading.faults, IsEmpty());
  const PresenceConfig& presence = reading.config.presence;
  EXPECT_EQ(presence.expiry, std::chrono::seconds(90));
  EXPECT_EQ(presence.timezone, "Europe/Zurich");
  EXPECT_EQ(presence.rate.count, 10u);
  EXPECT_EQ(presence.rate.per, std::chrono::seconds(1));
  ASSERT_EQ(presence.modules.size(), 1u);
  EXPECT_EQ(presence.modules[0].id, "shop");
  EXPECT_EQ(presence.modules[0].name, "sales");
}

TEST_F(ConfigTest, UnknownKeysNameTheNearest) {
  const std::pair<const char*, const char*> cases[] = {
      {"[server]\nlistne = \"127.0.0.1:1\"",
       ":2: server.listne: unknown key; did you mean server.listen?"},
      {"[srver]\nlisten = \"127.0.0.1:1\"",
       ":2: srver.listen: unknown key; did you mean server.listen?"},
      {"listen = \"127.0.0.1:1\"", ":1: listen: unknown key; did you mean "},
      {"[auth]\njwtsecret = \"x\"",
       ":2: auth.jwtsecret: unknown key; did you mean auth.jwt_secret?"},
      {"[sessions]\nexpire_after = 2", "did you mean sessions.expire_after_intervals?"},
      {"[mirror]\nlibrdkafk = 2", "did you mean mirror.librdkafka?"}};
  for (const auto& [text, fault] : cases)
    EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
}

TEST_F(ConfigTest, ValuesAreChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"[node]\nid = \"Big\"", ":2: node.id: must be 1 to 16 characters"},
      {"[node]\nid = 1", "must be 1 to 16 characters"},
      {"[server]\nlisten = 3594", "must be a text in quotes"},
      {"[server]\nlisten = \"3594\"", "write ADDRESS:PORT"},
      {"[server]\npublic_metrics = \"yes\"", "must be true or false"},
      {"[server]\nallowed_origins = \"https://a\"", "must be a list"},
      {"[server]\nallowed_origins = [\"https://a\", \"https://a/b\"]", "entry 2 must be an origin"},
      {"[server]\nallowed_origins = [\"*\"]", "entry 1 must be an origin"},
      {"[server]\nallowed_origins = [1]", "entry 1 is of another kind"},
      {"[server]\nrate = \"6000\"", "is not a rate"},
      {"[server]\nrate = 6000", "must be a text in quotes"},
      {"[log]\ndata = \"\"", "must not be empty"},
      {"[log]\nreserve = \"64MB\"", "is not a size"},
      {"[auth]\nalgorithms = [\"none\"]", "entry 1 must be the name of a signature algorithm"},
      {"[auth]\napi_keys = [{ name = \"a\", key = \"k\" }]", "entry 1 lacks `scopes`"},
      {"[auth]\napi_keys = [{ name = \"a\", key = \"k\", scopes = [\"session:write\"] }]",
       "entry 1 has a `scopes` that is wrong: \"session:write\" is not a scope that this server "
       "knows; did "
       "you "
       "mean \"sessions:write\"?"},
      {"[auth]\napi_keys = [{ name = \"a\", key = \"k\", scopes = [] }]",
       "has a `scopes` that is wrong: must name one"},
      {"[auth]\napi_keys = [{ name = \"a\", key = \"k\", scopes = [\"admin\"], tennant = \"t\" }]",
       "unknown field `tennant`; did you mean `tenant`?"},
      {"[auth]\napi_keys = [\"k\"]", "entry 1 is of another kind"},
      {"[sessions]\nauth = \"apikey\"", R"(must be "api_key", "jwt" or "none")"},
      {"[sessions]\nexpire_after_intervals = 0", "must be a whole number from 1 to 100"},
      {"[sessions]\nexpire_after_intervals = 101", "must be a whole number from 1 to 100"},
      {"[sessions]\nexpire_after_intervals = 2.0", "must be a whole number from 1 to 100"},
      {"[presence]\nexpiry = \"5 minutes\"", "is not a duration"},
      {"[presence]\nrate = \"120\"", "is not a rate"},
      {"[presence]\nmodules = [{ id = \"pms\" }]", "entry 1 lacks `name`"},
      {"[presence]\nmodules = []", "must name one"},
      {"[presence]\nmodules = [{ id = \"a b\", name = \"x\" }]", "must be 1 to 64 letters"},
      {"[presence]\nmodules = [{ id = \"a\", name = \"timestamp\" }]",
       "another field of the answer"},
      {"[presence]\nmodules = [{ id = \"a\", name = \"x\" }, { id = \"a\", name = \"y\" }]",
       "has two entries with the id \"a\""},
      {"[presence]\nmodules = [{ id = \"a\", name = \"x\" }, { id = \"b\", name = \"x\" }]",
       "has two entries with the name \"x\""},
      {"[presence]\nexpiry = \"0s\"", "must be from 1s to 1d"},
      {"[presence]\ntimezone = \"Europe/Zuerich\"", "did you mean \"Europe/Zurich\"?"},
      {"[webhooks]\nurls = [\"ftp://x\"]", "entry 1 must be a URL"},
      {"[webhooks]\nencryption_key = \"AAAA\"", "must be 32 bytes in base64"},
      {"[webhooks]\nallow_networks = [\"10.0.0.0/33\"]", "entry 1 must be a network"},
      {"[webhooks]\nallow_ports = [0]", "entry 1 must be a whole number from 1 to 65535"},
      {"[mirror]\nformat = \"xml\"", R"(must be "json" or "flatbuffers")"},
      {"[mirror]\nlibrdkafka = 1", "must be a table"},
      {"[mirror.librdkafka]\n\"a.b\" = [1]", "`a.b` must be a text"},
      {"[node]\nid = 1979-05-27", "must be 1 to 16 characters"}};
  for (const auto& [text, fault] : cases)
    EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
}

TEST_F(ConfigTest, AllFaultsAtOnceInTheirLines) {
  EXPECT_THAT(
      faults("[node]\nid = 1\n[server]\nlistne = 1\n\n[log]\nreserve = 1\n"),
      testing::UnorderedElementsAre(HasSubstr(":2: node.id"), HasSubstr(":4: server.listne"),
                                    HasSubstr(":7: log.reserve")));
  const auto config = load_config({true, folder.path() / "syncline.toml", {}, {}});
  ASSERT_FALSE(config);
  const Error error = config.error();
  EXPECT_EQ(error.code, ErrorCode::invalid);
  EXPECT_EQ(std::count(error.message.begin(), error.message.end(), '\n'), 2);
}

TEST_F(ConfigTest, FilesThatAreNone) {
  EXPECT_THAT(faults(""), IsEmpty());
  EXPECT_THAT(faults("[node]\nid = \n"), ElementsAre(HasSubstr(":2: is not TOML: ")));
  EXPECT_THAT(faults("[node]\nid = \"a\"\nid = \"b\"\n"),
              ElementsAre(HasSubstr(":3: is not TOML")));
  EXPECT_THAT(faults("[node]\n[:"), ElementsAre(HasSubstr(":2: is not TOML")));
  EXPECT_THAT(faults("[\u00e9]"), ElementsAre(HasSubstr(":1: is not TOML")));
  std::string deep = "a";
  for (int i = 0; i < 100'000; ++i) deep += ".a";
  EXPECT_THAT(faults("\n" + deep + " = 1\n"),
              ElementsAre(HasSubstr(":2: is not TOML: a line of 200005 bytes; at most 16384")));
  for (const auto& path : {folder.path() / "missing.toml", folder.path()}) {
    const auto reading = read_config({true, path, {}, {}});
    ASSERT_EQ(reading.faults.size(), 1U) << path;
    EXPECT_THAT(reading.faults[0].text(), HasSubstr(path.string() + ": cannot be read: "));
  }
}

TEST_F(ConfigTest, AFileThatIsNotReadHasNoOtherFault) {
  dev = false;
  EXPECT_THAT(faults("[node\n"), ElementsAre(HasSubstr("is not TOML")));
  EXPECT_EQ(read_config({false, folder.path() / "missing.toml", {}, {}}).faults.size(), 1U);
}

TEST_F(ConfigTest, NotesAreNoFaults) {
  dev = false;
  const std::string open = "[sessions]\nauth = \"none\"\n";
  const std::string jwt = open + "[auth]\njwt_secret = \"" + kLongSecret + "\"\n";
  EXPECT_THAT(read(open).config.notes,
              ElementsAre(HasSubstr("heartbeats and viewers, which need a user's token")));
  const auto file = folder.write("syncline.toml", jwt);
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  EXPECT_THAT(read_config({false, file, {}, {}}).config.notes, IsEmpty());
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  EXPECT_THAT(read_config({false, file, {}, {}}).config.notes,
              ElementsAre(HasSubstr("run `chmod 600 " + file.string())));
  EXPECT_THAT(
      read_config({false, folder.write("none.toml", open), {{"JWT_SECRET", kLongSecret}}, {}})
          .config.notes,
      IsEmpty());
}

TEST_F(ConfigTest, DevBesideAFileWithKeysIsNoted) {
  const auto notes = [&](bool as_dev, const std::string& text) {
    return read_config({as_dev, folder.write("dev.toml", text), {}, {}}).config.notes;
  };
  const std::string none = "[sessions]\nauth = \"none\"\n";
  const auto noted = ElementsAre(HasSubstr("--dev lets callers in without a login all the same"));
  EXPECT_THAT(notes(true, "[auth]\nleeway = \"10s\"\n"), noted);
  EXPECT_THAT(notes(true, none), noted);
  EXPECT_THAT(notes(true, "[log]\ndata = \"d\"\n"), IsEmpty());
  EXPECT_THAT(notes(false, none), ElementsAre(HasSubstr("no token can be verified or made")));
}

TEST_F(ConfigTest, FileThenEnvironmentThenFlags) {
  const char* text =
      "[server]\nlisten = \"127.0.0.1:1\"\n[node]\nid = \"file\"\n[log]\ndata = \"file\"";
  const NamedTexts environment = {{"SYNCLINE_SERVER_LISTEN", "127.0.0.1:2"},
                                  {"SYNCLINE_NODE_ID", "variable"}};
  const Config config = read(text, environment, {{"server.listen", "127.0.0.1:3"}}).config;
  EXPECT_EQ(config.listen.port, 3);
  EXPECT_EQ(config.node.text(), "variable");
  EXPECT_EQ(config.data, "file");
}

TEST_F(ConfigTest, ShapesOfVariables) {
  const NamedTexts environment = {
      {"SYNCLINE_SERVER_PUBLIC_METRICS", "true"},
      {"SYNCLINE_SERVER_ALLOWED_ORIGINS", "https://a, https://b"},
      {"SYNCLINE_SESSIONS_EXPIRE_AFTER_INTERVALS", "7"},
      {"SYNCLINE_WEBHOOKS_ALLOW_PORTS", "80,443"},
      {"SYNCLINE_AUTH_API_KEYS", R"([{name="c", key="k", scopes=["events:read", "admin"]}])"},
      {"SYNCLINE_MIRROR_LIBRDKAFKA", R"({"security.protocol" = "ssl"})"}};
  EXPECT_THAT(faults("", environment), IsEmpty());
  const Config config = read("", environment).config;
  EXPECT_TRUE(config.public_metrics);
  EXPECT_THAT(config.allowed_origins, ElementsAre("https://a", "https://b"));
  EXPECT_EQ(config.expire_after_intervals, 7);
  ASSERT_EQ(config.api_keys.size(), 1U);
  EXPECT_THAT(config.api_keys[0].scopes, ElementsAre("events:read", "admin"));

  const std::pair<const char*, const char*> bad[] = {
      {"SYNCLINE_SERVER_PUBLIC_METRICS", "1"},
      {"SYNCLINE_SESSIONS_EXPIRE_AFTER_INTERVALS", "2x"},
      {"SYNCLINE_AUTH_API_KEYS", "[{name="},
      {"SYNCLINE_AUTH_API_KEYS", "[]\n[other]\nx = 1"},
      {"SYNCLINE_MIRROR_LIBRDKAFKA", "ssl"}};
  for (const auto& [name, text] : bad)
    EXPECT_THAT(faults("", {{name, text}}),
                ElementsAre(HasSubstr("environment: " + std::string(name))));
}

TEST_F(ConfigTest, NamesThatOperatorsHave) {
  EXPECT_EQ(read("", {{"JWT_SECRET", "from-variable"}}).config.jwt_secret.reveal(),
            "from-variable");
  EXPECT_EQ(read("[auth]\njwt_secret = \"file\"", {{"JWT_SECRET", "variable"}})
                .config.jwt_secret.reveal(),
            "variable");
  EXPECT_EQ(read("", {{"SYNCLINE_AUTH_JWT_SECRET", "exact"}, {"JWT_SECRET", "variable"}})
                .config.jwt_secret.reveal(),
            "exact");
  EXPECT_EQ(read("[auth]\njwt_secret = \"file\"", {{"JWT_SECRET", ""}}).config.jwt_secret.reveal(),
            "file");
  EXPECT_THAT(
      read("", {{"WEBHOOK_SECRET", "s"},
                {"SYNC_WEBHOOK_URLS", "https://a/x,https://b/y"},
                {"CRON_SECRET", "s"}})
          .config.unused,
      testing::UnorderedElementsAre("webhooks.secret", "webhooks.urls", "sync.cron_secret"));
  EXPECT_EQ(read("", {{"NEXTAUTH_SECRET", "n"}}).config.nextauth_secret.reveal(), "n");
  EXPECT_THAT(faults("", {{"SYNC_WEBHOOK_URLS", "nowhere"}}),
              ElementsAre(HasSubstr("environment: SYNC_WEBHOOK_URLS: entry 1 must be a URL")));
  EXPECT_THAT(faults("", {{"JWT_SECRET", ""}, {"SYNCLINE_NODE_ID", ""}}), IsEmpty());
}

TEST_F(ConfigTest, UnknownVariablesInOurSections) {
  EXPECT_THAT(faults("", {{"SYNCLINE_SERVER_LISTN", "x"}}),
              ElementsAre("environment: SYNCLINE_SERVER_LISTN: unknown key; did you mean "
                          "SYNCLINE_SERVER_LISTEN?"));
  EXPECT_THAT(faults("", {{"SYNCLINE_TOKEN", "x"}, {"SYNCLINE_BIN", "x"}, {"PATH", "x"}}),
              IsEmpty());
}

TEST_F(ConfigTest, DevServesThisMachineAlone) {
  EXPECT_THAT(faults("[server]\nlisten = \"0.0.0.0:1\""),
              ElementsAre(HasSubstr(":2: server.listen: --dev lets callers in")));
  EXPECT_THAT(faults("", {}, {{"server.listen", "[::]:1"}}),
              ElementsAre(HasSubstr("command line: server.listen")));
  EXPECT_THAT(faults("[server]\nlisten = \"[::1]:1\""), IsEmpty());
}

TEST_F(ConfigTest, WithoutDevSessionsNameTheirAuth) {
  dev = false;
  const std::string key = "[auth]\napi_keys = [{name=\"c\", key=\"0123456789abcdef\", scopes=[\"";
  const std::string write = key + "sessions:write\"]}]\n", read_only = key + "events:read\"]}]\n";
  const std::string jwt = "[auth]\njwt_secret = \"" + kLongSecret + "\"\n";
  const std::pair<std::string, const char*> bad[] = {
      {"", "sessions.auth: is not set, and without --dev"},
      {write, "is not set"},
      {"[sessions]\nauth = \"api_key\"", ":2: sessions.auth: is \"api_key\", but no API key"},
      {jwt + "[sessions]\nauth = \"api_key\"", "no API key could get in"},
      {read_only + "[sessions]\nauth = \"api_key\"", "no API key could get in"},
      {write + "[sessions]\nauth = \"jwt\"", "needs auth.jwt_secret"},
      {"[server]\nlisten = \"0.0.0.0:1\"\n[sessions]\nauth = \"none\"", "needs a loopback address"},
      {"[sessions]\nauth = \"keys\"", R"(must be "api_key")"}};
  for (const auto& [text, fault] : bad)
    EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
  for (const std::string& good :
       {write + "[sessions]\nauth = \"api_key\"", jwt + "[sessions]\nauth = \"jwt\"",
        std::string("[sessions]\nauth = \"none\""),
        "[server]\nlisten = \"0.0.0.0:1\"\n" + write + "[sessions]\nauth = \"api_key\""})
    EXPECT_THAT(faults(good), IsEmpty()) << good;
}

TEST_F(ConfigTest, SecretsAreStrongAndKeysAreApart) {
  dev = false;
  const std::string sessions = "[sessions]\nauth = \"none\"\n[auth]\n";
  const auto key = [](const std::string& name, const std::string& text) {
    return "{name=\"" + name + "\", key=\"" + text + "\", scopes=[\"admin\"]}";
  };
  const auto keys = [&](const std::string& entries) {
    return sessions + "api_keys = [" + entries + "]";
  };
  const std::string a = "aaaaaaaaaaaaaaaa", b = "bbbbbbbbbbbbbbbb";
  const std::pair<std::string, const char*> bad[] = {
      {keys(key("x", "short")), "shorter than 16"},
      {keys(key("x", "0123456789 abcdef")), "a header cannot carry"},
      {keys(key("x", a) + ',' + key("x", b)), "two entries are named \"x\""},
      {keys(key("x", a) + ',' + key("y", a)), "\"y\" has the key of another"},
      {"[sessions]\nauth = \"none\"\n[server]\ntls_key = \"k\"", "plain HTTP"},
      {"[sessions]\nauth = \"none\"\n[server]\ntls_cert = \"k\"", "plain HTTP"}};
  for (const auto& [text, fault] : bad)
    EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
  EXPECT_THAT(faults(keys(key("x", a) + ',' + key("y", b))), IsEmpty());
  dev = true;
  EXPECT_THAT(faults("[auth]\njwt_secret = \"short\""), IsEmpty());
}

TEST_F(ConfigTest, FaultsComeInTheOrderOfTheirLines) {
  dev = false;
  EXPECT_THAT(faults("[server]\nlisten = \"0.0.0.0:1\"\ntls_cert = \"c\"\n[log]\nreserve = 1\n"
                     "[sessions]\nauth = \"none\"\n[node]\nid = 1",
                     {{"SYNCLINE_SERVER_LISTN", "x"}}),
              ElementsAre(HasSubstr(":3: server.tls_cert"), HasSubstr(":5: log.reserve"),
                          HasSubstr(":7: sessions.auth"), HasSubstr(":9: node.id"),
                          HasSubstr("environment: ")));
}

TEST_F(ConfigTest, WhatIsRefusedIsNotNotedToo) {
  EXPECT_THAT(read("[server]\ntls_cert = \"c\"\ntls_key = \"k\"").config.unused, IsEmpty());
}

TEST_F(ConfigTest, NoFaultShowsASecret) {
  dev = false;
  const std::string secret = "Tr0ub4dor";
  for (const std::string& text :
       {"[auth]\njwt_secret = \"" + secret + '"', "[auth]\nnextauth_secret = [\"" + secret + "\"]",
        "[webhooks]\nencryption_key = \"" + secret + '"',
        "[sync]\ncron_secret = [\"" + secret + "\"]",
        "[auth]\napi_keys = [{name=\"x\", key=\"" + secret + "\", scopes=[\"admin\"]}]",
        "[auth]\napi_keys = [\"" + secret + "\"]", "[webhooks]\nsecrt = \"" + secret + '"'}) {
    ASSERT_THAT(faults(text), Not(IsEmpty())) << text;
    for (const std::string& fault : faults(text)) EXPECT_THAT(fault, Not(HasSubstr(secret)));
  }
  for (const std::string& fault : faults("", {{"SYNCLINE_AUTH_API_KEYS", "[{key=\"" + secret}}))
    EXPECT_THAT(fault, Not(HasSubstr(secret)));
}

TEST(Secret, IsNeverShown) {
  std::ostringstream out;
  out << Secret("hunter2") << Secret();
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(Secret("hunter2").reveal(), "hunter2");
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
}

}  // namespace
}  // namespace syncline
