#include "connectors/auth/base64.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(Base64, KnownTexts) {  // RFC 4648, section 10
  const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
    const std::string bare = text.substr(0, text.find('='));
    EXPECT_EQ(base64url(bytes), bare);
    EXPECT_EQ(from_base64url(bare), bytes);
  }
}

TEST(Base64, EveryByteGoesThere) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(from_base64(base64(bytes)), bytes);
  EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
}

TEST(Base64, OneTextForEachSequenceOfBytes) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v====", "=", "Zm 9", "Zm9v\n",
                           "Z===", "Zm-_", "Zm9*"})
    EXPECT_FALSE(from_base64(text)) << text;
  for (const char* text : {"Z", "Zg==", "Zh", "Zm9", "Zm+/", "Zm9v ", " Zm9v", "Zm9v="})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace syncline
