#include "ops/cli/config_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/test_keys.h"
#include "connectors/auth/token.h"
#include "ops/cli/credentials.h"
#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kSecret = "0123456789abcdef0123456789abcdef";

class ConfigAuthTest : public testing::Test {
 protected:
  ConfigReading read(const std::string& auth, const NamedTexts& environment = {}) {
    const std::string text = "[sessions]\nauth = \"none\"\n[auth]\n" + auth;
    return read_config({dev, folder.write("syncline.toml", text), environment, {}});
  }
  std::vector<std::string> faults(const std::string& auth, const NamedTexts& environment = {}) {
    std::vector<std::string> texts;
    for (const ConfigFault& fault : read(auth, environment).faults) texts.push_back(fault.text());
    return texts;
  }
  // The line `key = "path"` of a file with this text.
  std::string in_file(const std::string& key, const std::string& text) {
    const std::string name = std::to_string(++files) + key + ".txt";
    return key + " = \"" + folder.write(name, text).string() + "\"\n";
  }
  static std::string setting(const std::string& key, const std::string& text) {
    return key + " = \"" + text + "\"\n";
  }

  const ScratchFolder folder;
  const TestKey ec{KeyKind::p256};
  bool dev = false;
  int files = 0;
};

TEST_F(ConfigAuthTest, KeysAreReadFromFilesOrText) {
  const std::string jwks = "{\"keys\":[" + ec.jwk(R"(,"kid":"a")") + "]}";
  const std::pair<std::string, NamedTexts> good[] = {
      {in_file("jwt_public_key", ec.pem()), {}},
      {"jwt_public_key = \"\"\"\n" + ec.pem() + "\"\"\"\n", {}},
      {"", {{"SYNCLINE_AUTH_JWT_PUBLIC_KEY", ec.pem()}}},
      {in_file("jwks_file", jwks), {}},
      {in_file("jwks_file", jwks) + in_file("jwt_public_key", ec.pem()) +
           setting("jwt_secret", kSecret),
       {}}};
  const std::string token = ec.token(Algorithm::es256, R"({"alg":"ES256","kid":"a"})", "{}");
  const std::size_t end = token.rfind('.');
  for (const auto& [auth, environment] : good) {
    const ConfigReading reading = read(auth, environment);
    ASSERT_THAT(reading.faults, IsEmpty()) << auth;
    EXPECT_TRUE(takes_tokens(reading.config));
    const auto keys = key_ring(reading.config);
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_TRUE(
        keys->verify("ES256", "a", token.substr(0, end), *from_base64url(token.substr(end + 1))));
  }
}

TEST_F(ConfigAuthTest, KeysThatAreRefused) {
  const std::string missing = (folder.path() / "nothing").string();
  const std::string small = TestKey(KeyKind::rsa, 1024).pem();
  const std::pair<std::string, std::string> bad[] = {
      {setting("jwt_public_key", missing), ":4: auth.jwt_public_key: " + missing + " is not there"},
      {setting("jwt_public_key", folder.path().string()), "is not a plain file"},
      {setting("jwt_public_key", "/dev/zero"), "is not a plain file"},
      {in_file("jwt_public_key", "nonsense"), "jwt_public_key.txt is not a key in PEM"},
      {in_file("jwt_public_key", ec.private_pem()), "holds a private key"},
      {in_file("jwt_public_key", small), "an RSA key of 1024 bits"},
      {in_file("jwt_public_key", std::string(1'100'000, 'x')), "larger than 1 MiB"},
      {"jwt_public_key = \"\"\"" + small + "\"\"\"", "auth.jwt_public_key: is an RSA key of 1024"},
      {setting("jwks_file", missing), ":4: auth.jwks_file: " + missing + " is not there"},
      {in_file("jwks_file", ec.pem()), "jwks_file.txt is not JSON"},
      {in_file("jwks_file", "{\"keys\":[]}"), "holds no key"}};
  for (const auto& [auth, fault] : bad)
    EXPECT_THAT(faults(auth), ElementsAre(HasSubstr(fault))) << auth.substr(0, 200);
  for (const std::string& fault : faults(in_file("jwt_public_key", ec.private_pem())))
    EXPECT_THAT(fault, testing::Not(HasSubstr("MIG")));
}

TEST_F(ConfigAuthTest, AlgorithmsFitTheKeys) {
  const std::string secret = setting("jwt_secret", kSecret);
  const std::pair<std::string, const char*> bad[] = {
      {secret + "algorithms = [\"RS256\"]", "auth.algorithms: has none that auth.jwt_secret"},
      {in_file("jwt_public_key", ec.pem()) + "algorithms = [\"HS256\", \"ES384\"]",
       "has none that the key of auth.jwt_public_key could verify; add \"ES256\""},
      {in_file("jwks_file", "{\"keys\":[" + ec.jwk() + "]}") + "algorithms = [\"RS256\"]",
       "holds no key"},
      {secret + "algorithms = [\"HS256\", \"none\"]", "entry 2 must be the name of a signature"},
      {setting("jwt_secret", kSecret.substr(1)), "shorter than the 32 bytes that HS256 needs"},
      {secret + "algorithms = [\"HS256\", \"HS512\"]", "shorter than the 64 bytes that HS512"}};
  for (const auto& [auth, fault] : bad)
    EXPECT_THAT(faults(auth), ElementsAre(HasSubstr(fault))) << auth;
  EXPECT_THAT(faults(setting("jwt_secret", kSecret + kSecret) + "algorithms = [\"HS512\"]"),
              IsEmpty());
  dev = true;
  EXPECT_THAT(faults(setting("jwt_secret", "short")), IsEmpty());
}

TEST_F(ConfigAuthTest, LeewayAndCookies) {
  EXPECT_EQ(read("leeway = \"5m\"").config.claims.leeway, std::chrono::minutes(5));
  EXPECT_EQ(read("leeway = \"0s\"").config.claims.leeway, Duration(0));
  EXPECT_EQ(read("").config.claims.leeway, limits::kTokenLeeway);
  EXPECT_THAT(faults("leeway = \"301s\""), ElementsAre(HasSubstr("at most \"5m\"")));
  EXPECT_THAT(faults("leeway = 5"), ElementsAre(HasSubstr("must be a text")));

  EXPECT_THAT(read("cookie = \"login\"").config.cookies, ElementsAre("login"));
  EXPECT_THAT(read("cookie = [\"a\", \"b\"]").config.cookies, ElementsAre("a", "b"));
  EXPECT_THAT(read("", {{"SYNCLINE_AUTH_COOKIE", "a, b"}}).config.cookies, ElementsAre("a", "b"));
  EXPECT_EQ(auth_options(read("").config).cookies.size(), 2U);
  for (const char* bad : {"cookie = \"a=b\"", "cookie = \"a b\"", "cookie = \"\"", "cookie = [7]",
                          "cookie = [\"a;b\"]", "cookie = 7"})
    EXPECT_EQ(faults(bad).size(), 1U) << bad;
}

TEST_F(ConfigAuthTest, NextAuth) {
  EXPECT_THAT(faults(setting("nextauth_secret", kSecret.substr(1))),
              ElementsAre(HasSubstr("auth.nextauth_secret: is shorter than 32 bytes")));
  const ConfigReading reading = read(setting("nextauth_secret", kSecret));
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_THAT(reading.config.notes,
              testing::Contains(HasSubstr("server.allowed_origins is empty")));
  EXPECT_EQ(auth_options(reading.config).nextauth_secret, kSecret);
  EXPECT_TRUE(takes_tokens(reading.config));
}

TEST_F(ConfigAuthTest, TokensAreSignedByTheFirstAlgorithmOfASecret) {
  const auto algorithm = [&](const std::string& auth) {
    return signing_algorithm(auth_options(read(auth).config));
  };
  const std::string secret = setting("jwt_secret", kSecret + kSecret);
  EXPECT_EQ(algorithm(secret), Algorithm::hs256);
  EXPECT_EQ(algorithm(secret + "algorithms = [\"ES256\", \"HS512\", \"HS256\"]"), Algorithm::hs512);
  EXPECT_EQ(algorithm(secret + "algorithms = [\"ES256\"]"), std::nullopt);
  EXPECT_EQ(algorithm(""), std::nullopt);
}

}  // namespace
}  // namespace syncline
