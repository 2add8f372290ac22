#include "ops/cli/dev_secrets.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "connectors/auth/base64.h"
#include "connectors/auth/signed_text.h"
#include "connectors/json/document.h"
#include "ops/cli/credentials.h"
#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using testing::HasSubstr;
using testing::Ne;

namespace fs = std::filesystem;
constexpr Time kNow{std::chrono::seconds(1'700'000'000)};

Result<VerifiedToken> verify(const std::string& token, const AuthOptions& options) {
  JsonDocument json;
  return verify_token(token, KeyRing(options), options.claims, kNow, json);
}

TEST(DevSecrets, AreMadeOnceAndKept) {
  ScratchFolder folder;
  SystemRng rng;
  const fs::path data = folder.path() / "not" / "yet";
  const auto missing = load_dev_secrets(data);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);

  const auto made = make_dev_secrets(data, rng);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->jwt.reveal().size(), 64U);
  EXPECT_EQ(made->cron.reveal().size(), 64U);
  EXPECT_THAT(made->cron.reveal(), Ne(made->jwt.reveal()));
  EXPECT_THAT(made->webhook.reveal(), HasSubstr("whsec_"));
  EXPECT_EQ(from_base64(made->encryption_key.reveal())->size(), 32U);

  struct stat status {};
  ASSERT_EQ(stat((data / "dev.toml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(data), {}), 1);  // nothing is left beside it

  for (const auto& again : {make_dev_secrets(data, rng), load_dev_secrets(data)}) {
    ASSERT_TRUE(again);
    EXPECT_EQ(again->jwt.reveal(), made->jwt.reveal());
    EXPECT_EQ(again->encryption_key.reveal(), made->encryption_key.reveal());
  }
  const auto other = make_dev_secrets(folder.path() / "other", rng);
  EXPECT_THAT(other->jwt.reveal(), Ne(made->jwt.reveal()));
}

TEST(DevSecrets, ManyAtOnceGetTheSame) {
  ScratchFolder folder;
  SystemRng rng;
  std::vector<std::string> secrets(8);
  std::vector<std::thread> threads;
  for (std::string& secret : secrets)
    threads.emplace_back([&] { secret = make_dev_secrets(folder.path(), rng)->jwt.reveal(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(secrets, testing::Each(secrets.front()));
}

TEST(DevSecrets, AFileOthersCanReadIsRefused) {
  ScratchFolder folder;
  SystemRng rng;
  ASSERT_TRUE(make_dev_secrets(folder.path(), rng));
  const fs::path file = folder.path() / "dev.toml";
  for (const mode_t mode : {0644, 0640, 0602, 0660}) {
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
    for (const auto& result :
         {load_dev_secrets(folder.path()), make_dev_secrets(folder.path(), rng)}) {
      ASSERT_FALSE(result) << mode;
      EXPECT_THAT(result.error().message, HasSubstr("chmod 600 " + file.string()));
    }
  }
  ASSERT_EQ(chmod(file.c_str(), 0400), 0);
  EXPECT_TRUE(load_dev_secrets(folder.path()));
}

TEST(DevSecrets, AFileThatIsNotWholeIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "lacks"},
      {"[auth]\njwt_secret = \"x\"\n", "lacks"},
      {"[auth]\njwt_secret = ", "is not TOML"},
      {"[auth]\njwt_secret = 5\n", "must be a text"}};
  for (const auto& [text, fault] : cases) {
    ScratchFolder folder;
    SystemRng rng;
    ASSERT_EQ(chmod(folder.write("dev.toml", text).c_str(), 0600), 0);
    const auto result = make_dev_secrets(folder.path(), rng);
    ASSERT_FALSE(result) << text;
    EXPECT_THAT(result.error().message, HasSubstr(fault));
  }
  ScratchFolder folder;
  SystemRng rng;
  fs::create_directory(folder.path() / "dev.toml");
  EXPECT_THAT(make_dev_secrets(folder.path(), rng).error().message, HasSubstr("not a plain file"));
  fs::create_symlink("/nowhere", folder.path() / "other");
  EXPECT_FALSE(make_dev_secrets(folder.path() / "other", rng));
}

TEST(Credentials, OptionsFollowTheConfiguration) {
  Config config;
  config.dev = true;
  config.jwt_secret = Secret("secret");
  config.claims.issuer = "me";
  config.claims.audience = "you";
  config.claims.role = "groups";
  config.api_keys = {{"c", Secret("key"), {"events:read"}, "t"}};
  AuthOptions options = auth_options(config);
  EXPECT_TRUE(options.dev);
  EXPECT_EQ(options.jwt_secret, "secret");
  EXPECT_EQ(options.claims.issuer, "me");
  EXPECT_EQ(options.claims.audience, "you");
  EXPECT_EQ(options.claims.user, "sub");
  EXPECT_EQ(options.claims.role, "groups");
  ASSERT_EQ(options.api_keys.size(), 1U);
  EXPECT_EQ(options.api_keys[0].key, "key");
  EXPECT_EQ(options.api_keys[0].tenant, "t");
  EXPECT_TRUE(options.open_scopes.empty());

  config.public_metrics = true;
  config.sessions_auth = SessionsAuth::none;
  EXPECT_THAT(auth_options(config).open_scopes,
              testing::UnorderedElementsAre("metrics:read", "sessions:write"));
}

TEST(Credentials, TokensOfADataFolder) {
  ScratchFolder folder;
  SystemRng rng;
  TokenWish wish{.data = folder.path(), .file = {}, .subject = "42", .roles = {"admin"}};
  const auto early = token_for(wish, {}, kNow);
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().message, HasSubstr("give --config syncline.toml"));

  const auto secrets = make_dev_secrets(folder.path(), rng);
  Config config;
  adopt(*secrets, config);
  const auto token = token_for(wish, {}, kNow);
  ASSERT_TRUE(token) << token.error().message;
  const auto verified = verify(*token, auth_options(config));
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->principal.id, "42");
  EXPECT_TRUE(verified->principal.has_role("admin"));

  // As the server would: what the environment says comes first.
  config.jwt_secret = Secret("of the environment");
  EXPECT_TRUE(
      verify(*token_for(wish, {{"JWT_SECRET", "of the environment"}}, kNow), auth_options(config)));
}

TEST(Credentials, TokensOfAConfiguration) {
  ScratchFolder folder;
  const std::string secret = "0123456789abcdef0123456789abcdef";
  const auto write = [&](const std::string& rest) {
    return folder.write("syncline.toml", "[auth]\njwt_secret = \"" + secret + "\"\n" + rest);
  };
  AuthOptions options;
  options.jwt_secret = secret;
  TokenWish wish{
      .data = {}, .file = write("[sessions]\nauth = \"jwt\""), .subject = "42", .roles = {}};
  EXPECT_TRUE(verify(*token_for(wish, {}, kNow), options));
  write("");  // complete for --dev alone
  EXPECT_TRUE(verify(*token_for(wish, {}, kNow), options));

  write("[sessions]\nauth = 1");
  EXPECT_THAT(token_for(wish, {}, kNow).error().message, HasSubstr("sessions.auth"));
  folder.write("syncline.toml", "[sessions]\nauth = \"none\"");
  EXPECT_THAT(token_for(wish, {}, kNow).error().message, HasSubstr("auth.jwt_secret"));
}

}  // namespace
}  // namespace syncline
