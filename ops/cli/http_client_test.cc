#include "ops/cli/http_client.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(ServerAddress, IsReadFromItsUrl) {
  struct Case {
    const char *url, *host, *port;
  };
  for (const Case& c : {Case{"http://127.0.0.1:3594", "127.0.0.1", "3594"},
                        Case{"http://node-a.local:80/", "node-a.local", "80"},
                        Case{"http://[::1]:3594", "::1", "3594"}}) {
    const auto address = server_address_from(c.url);
    ASSERT_TRUE(address.has_value()) << c.url;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
  }
  for (const char* url :
       {"", "127.0.0.1:3594", "https://h:1", "http://h", "http://h:", "http://:1",
        "http://h:1/path", "http://h:x", "http://u@h:1", "http://h:123456", "http://[]:1"}) {
    const auto address = server_address_from(url);
    ASSERT_TRUE(address.has_error()) << url;
    EXPECT_EQ(address.error().code, ErrorCode::invalid);
  }
}

TEST(PathSegment, EncodesWhatIsReserved) {
  EXPECT_EQ(path_segment("session/42/a b"), "session%2F42%2Fa%20b");
  EXPECT_EQ(path_segment("A-z.0_9~"), "A-z.0_9~");
  EXPECT_EQ(path_segment("a%2Fb?\xC3\xA9"), "a%252Fb%3F%C3%A9");
}

TEST(HttpClient, SaysWhoCouldNotBeReached) {
  // Port 1 of loopback: nobody listens there.
  const auto answer = HttpClient({"127.0.0.1", "1"}, "").send("GET", "/healthz");
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, ErrorCode::io);
  EXPECT_NE(answer.error().message.find("127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace syncline
