#include "ops/cli/nearest.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(Near, IsWhatAWordMayHaveMeantOrNothing) {
  constexpr std::string_view kWords[] = {"serve", "head", "CET", "Eire", "Asia/Tokyo", "n"};
  const std::pair<const char*, const char*> cases[] = {
      {"serve", "serve"}, {"serv", "serve"}, {"se", "serve"},  {"sreve", "serve"},
      {"hed", "head"},    {"hd", ""},        {"Mars/X", ""},   {"X/Y", ""},
      {"x", ""},          {"", ""},          {"nonsense", ""}, {"Asia/Tokio", "Asia/Tokyo"}};
  for (const auto& [word, meant] : cases) EXPECT_EQ(near(word, kWords), meant) << word;
  EXPECT_EQ(near("serve", {}), "");
  EXPECT_EQ(nearest("nonsense", kWords), "serve") << "however far";
}

}  // namespace
}  // namespace syncline
