// Streams, and how a server ends.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/auth/token.h"
#include "connectors/http/server_fixture.h"

namespace syncline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ServerTest, StreamsWhatIsAppended) {
  RawClient c = client();
  c.send(get("/readyz"));
  EXPECT_THAT(c.read_to("\r\n\r\n"), HasSubstr("transfer-encoding: chunked\r\n"));
  EXPECT_EQ(c.read_to("from 0\n\r\n"), "7\r\nfrom 0\n\r\n");
  for (int i = 1; i <= 20; ++i) {
    on.append_one();
    EXPECT_THAT(c.read_to("\n\r\n"), HasSubstr("\r\n" + std::to_string(i) + "\n"));
  }
  c.close();
  EXPECT_EQ(stream_left.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(ServerTest, StreamsToOldClientsWithoutChunks) {
  RawClient c = client();
  c.send("GET /readyz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(c.read_to("\r\n\r\n").find("transfer-encoding"), std::string::npos);
  EXPECT_EQ(c.read_to("\n"), "from 0\n");
  server->drain();
  EXPECT_EQ(c.rest(), "bye\n");
}

TEST_F(ServerTest, CutsOffAReaderThatTakesNothing) {
  options.deadlines.slow_reader = std::chrono::milliseconds(50);
  on.router.mount({Method::get, "/v1/events/stream", answers([this](const Request&) {
                     Response response;
                     response.stream = [this](StreamWriter& s) {
                       return Flood::run(&stream_left, s);
                     };
                     return response;
                   }),
                   0});
  RawClient c = client();
  c.send(get("/v1/events/stream", "x-api-key: the operator's key in tests\r\n"));
  EXPECT_EQ(stream_left.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(ServerTest, AStreamEndsWithTheTokenThatOpenedIt) {
  const auto token =
      make_token(TestEngine::keys(), "42", {}, std::chrono::hours(1), on.clock.now()).value();
  RawClient streaming = client();
  streaming.send(get("/readyz", "Authorization: Bearer " + token + "\r\n"));
  streaming.read_to("from 0\n\r\n");
  on.append_one();
  streaming.read_to("1\n\r\n");
  on.clock.advance(std::chrono::hours(1));
  on.append_one();  // wakes it before an hour has passed
  EXPECT_THAT(streaming.rest(), HasSubstr("bye\n\r\n0\r\n\r\n"));
}

TEST_F(ServerTest, DrainsInStages) {
  RawClient idle = client();
  idle.send(get("/healthz"));
  EXPECT_TRUE(idle.answer().ends_with("healthy"));
  RawClient streaming = client();
  streaming.send(get("/readyz"));
  streaming.read_to("from 0\n\r\n");
  RawClient half = client();
  const std::string whole = post("{}");
  half.send(get("/healthz") + whole.substr(0, whole.size() - 1));
  EXPECT_TRUE(half.answer().ends_with("healthy"));

  std::thread drain([this] { server->drain(); });
  EXPECT_TRUE(idle.closed());
  EXPECT_THAT(streaming.rest(), HasSubstr("bye\n\r\n0\r\n\r\n"));
  half.send("}");
  EXPECT_THAT(half.answer(), AllOf(StartsWith("HTTP/1.1 201"), HasSubstr("connection: close")));
  EXPECT_TRUE(half.closed());
  drain.join();
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_THROW(RawClient(server->port()), boost::system::system_error);
}

TEST_F(ServerTest, DrainLetsWaitingReadsGo) {
  options.deadlines.drain = std::chrono::hours(1);  // it may not need it
  RawClient waiting = client();
  waiting.send(get("/healthz") + get("/healthz?min_position=99"));
  EXPECT_TRUE(waiting.answer().ends_with("healthy"));  // so the second one is being answered
  const auto began = std::chrono::steady_clock::now();
  server->drain();
  EXPECT_LT(std::chrono::steady_clock::now() - began, limits::kMinPositionDeadline / 2);
  EXPECT_THAT(waiting.answer(), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("retry-after: 1\r\n"),
                                      HasSubstr("\"stopping\"")));
  EXPECT_TRUE(waiting.closed());
}

TEST_F(ServerTest, DrainEndsAlthoughSomebodyHangs) {
  options.deadlines.drain = std::chrono::milliseconds(50);
  RawClient c = client();
  c.send(get("/healthz") + "GET / HT");
  EXPECT_TRUE(c.answer().ends_with("healthy"));
  server->drain();
  EXPECT_TRUE(c.closed());
}

}  // namespace
}  // namespace syncline
