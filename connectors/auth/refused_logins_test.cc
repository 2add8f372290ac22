#include "connectors/auth/refused_logins.h"

#include <gtest/gtest.h>

#include "engine/limits.h"

namespace syncline {
namespace {

using std::chrono::seconds;

constexpr Time kStart{seconds(1'758'233'370)};

TEST(RefusedLogins, AreToldAtOnceAndThenOnceAMinute) {
  RefusedLogins logins;
  EXPECT_TRUE(logins.due(kStart).empty());
  logins.count("192.0.2.7", WrongCredential::bad_token, kStart);
  const auto first = logins.due(kStart);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].address, "192.0.2.7");
  EXPECT_EQ(first[0].total(), 1U);

  for (int s = 1; s < 60; ++s) {
    const auto what = s % 2 == 0 ? WrongCredential::unknown_key : WrongCredential::oversized;
    logins.count("192.0.2.7", what, kStart + seconds(s));
    EXPECT_TRUE(logins.due(kStart + seconds(s)).empty()) << s;
  }
  const auto second = logins.due(kStart + seconds(60));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].from, kStart + seconds(1));
  EXPECT_EQ(second[0].to, kStart + seconds(59));
  EXPECT_EQ(second[0].total(), 59U);
  EXPECT_EQ(second[0].attempts, (std::array<std::uint64_t, 3>{0, 30, 29}));
}

TEST(RefusedLogins, WhoStopsIsForgottenAndTheNextTimeIsToldAtOnce) {
  RefusedLogins logins;
  logins.count("a", WrongCredential::bad_token, kStart);
  EXPECT_EQ(logins.due(kStart).size(), 1U);
  EXPECT_TRUE(logins.due(kStart + seconds(60)).empty());
  logins.count("a", WrongCredential::bad_token, kStart + seconds(61));
  EXPECT_EQ(logins.due(kStart + seconds(61)).size(), 1U);
}

TEST(RefusedLogins, AddressesAreToldEachAndAreBounded) {
  RefusedLogins logins;
  for (std::size_t i = 0; i < limits::kRateKeys + 10; ++i)
    logins.count(std::to_string(i), WrongCredential::bad_token, kStart);
  logins.count("0", WrongCredential::bad_token, kStart);
  const auto told = logins.due(kStart);
  EXPECT_EQ(told.size(), limits::kRateKeys);
  std::uint64_t attempts = 0;
  for (const RefusedLogin& login : told) attempts += login.total();
  EXPECT_EQ(attempts, limits::kRateKeys + 1);
}

}  // namespace
}  // namespace syncline
