#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "connectors/http/server_fixture.h"

namespace syncline {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ServerTest, AnswersOnOneConnectionAgainAndAgain) {
  RawClient c = client();
  for (int i = 1; i <= 3; ++i) {
    c.send(post("{}"));
    const std::string answer = c.answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nx-syncline-position: " + std::to_string(i) + "\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nx-request-id: "));
    EXPECT_THAT(answer, HasSubstr("\r\ndate: "));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + std::to_string(i)));
  }
  EXPECT_EQ(server->connections(), 1u);
}

TEST_F(ServerTest, AnswersAPipelineInOrder) {
  RawClient c = client();
  std::string all;
  for (int i = 0; i < 100; ++i) all += i % 2 ? post("{}") : get("/healthz");
  c.send(all);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(c.answer().ends_with(i % 2 ? std::to_string(i / 2 + 1) : "healthy")) << i;
}

TEST_F(ServerTest, TakesBytesAsTheyCome) {
  RawClient c = client();
  for (const char byte : post("{\"a\":1}")) c.send(std::string_view(&byte, 1));
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 201"));
}

TEST_F(ServerTest, TakesBodiesOfEverySize) {
  RawClient c = client();
  for (const std::size_t size : {std::size_t(1), std::size_t(8'000), std::size_t(9'000),
                                 std::size_t(70'000), std::size_t(100'000)}) {
    const std::string body = "\"" + std::string(size, 'x') + "\"";
    const bool fits = body.size() <= 100'000;
    c.send(post(body));
    EXPECT_THAT(c.answer(), StartsWith(fits ? "HTTP/1.1 201" : "HTTP/1.1 413"));
    if (!fits) break;
    char hex[16];
    std::snprintf(hex, sizeof hex, "%zx", body.size());
    c.send(chunked_post(std::string(hex) + "\r\n" + body + "\r\n0\r\n\r\n"));
    EXPECT_THAT(c.answer(), StartsWith("HTTP/1.1 201"));
  }
  EXPECT_TRUE(c.closed());
}

TEST_F(ServerTest, RefusesABodyBeforeItComes) {
  RawClient c = client();
  c.send("POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(c.closed());
}

TEST_F(ServerTest, SaysContinueOnlyWhenItWantsTheBody) {
  RawClient c = client();
  const std::string lines = "Expect: 100-continue\r\n";
  const std::string whole = post("{}", lines);
  c.send(whole.substr(0, whole.size() - 2));
  EXPECT_EQ(c.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  c.send("{}");
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 201"));
  c.send(
      "POST /v1/events HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
      "Content-Length: 1000000\r\n\r\n");
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 413"));
}

TEST_F(ServerTest, ServesHeadAndOldClients) {
  RawClient c = client();
  c.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + get("/healthz"));
  EXPECT_THAT(c.read_to("\r\n\r\n"), HasSubstr("content-length: 7\r\n"));
  EXPECT_TRUE(c.answer().ends_with("healthy"));

  RawClient old = client();
  old.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(old.answer(), HasSubstr("connection: keep-alive\r\n"));
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.answer(), HasSubstr("connection: close\r\n"));
  EXPECT_TRUE(old.closed());
}

TEST_F(ServerTest, RefusesAndCloses) {
  const std::pair<std::string, int> bad[] = {
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET /?a=%FF HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {chunked_post("5;a\nhello"), 400},
      {chunked_post("186a1\r\n"), 413},
      {get("/" + std::string(9000, 'a')), 414},
      {get("/", "X: " + std::string(20'000, 'a') + "\r\n"), 431},
  };
  for (const auto& [bytes, status] : bad) {
    RawClient c = client();
    c.send(get("/healthz") + bytes + get("/healthz"));
    EXPECT_TRUE(c.answer().ends_with("healthy"));
    const std::string refusal = c.answer();
    EXPECT_THAT(refusal, StartsWith("HTTP/1.1 " + std::to_string(status)));
    EXPECT_THAT(refusal, HasSubstr("application/problem+json"));
    EXPECT_THAT(refusal, HasSubstr("connection: close"));
    EXPECT_THAT(refusal, HasSubstr("x-syncline-position: 0"));
    EXPECT_TRUE(c.closed()) << bytes.substr(0, 100);
  }
  EXPECT_TRUE(healthy());
  EXPECT_EQ(on.engine->applied(), Position(0));
}

TEST_F(ServerTest, ThrowsAwayABodyNobodyTakes) {
  RawClient c = client();
  c.send("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get("/healthz"));
  EXPECT_TRUE(c.answer().ends_with("healthy"));
  EXPECT_TRUE(c.answer().ends_with("healthy"));
  c.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(c.closed());
}

TEST_F(ServerTest, SaysWhenARequestIsCutShort) {
  for (const std::string& bytes :
       {std::string("GET / HT"), post("{}").substr(0, post("{}").size() - 1)}) {
    RawClient c = client();
    c.send(bytes);
    c.close_write();
    EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 400")) << bytes;
    EXPECT_TRUE(c.closed());
  }
  EXPECT_EQ(on.engine->applied(), Position(0));
}

TEST_F(ServerTest, CutsOffSlowSenders) {
  options.deadlines.header = options.deadlines.body = options.deadlines.idle =
      std::chrono::milliseconds(50);
  RawClient head = client();
  head.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_TRUE(head.answer().starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(head.closed());
  const std::string whole = post("{\"a\":1}");
  RawClient body = client();
  body.send(whole.substr(0, whole.size() - 2));
  EXPECT_TRUE(body.answer().starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(body.closed());
  RawClient idle = client();
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(on.engine->applied(), Position(0));
}

// A byte now and then must not move the deadline.
TEST_F(ServerTest, CutsOffSendersThatTrickle) {
  options.deadlines.header = std::chrono::milliseconds(50);
  RawClient c = client();
  std::promise<void> over;
  std::thread trickle([&c, stop = over.get_future()] {
    c.send("GET / HTTP/1.1\r\nX: ");
    while (stop.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout) c.send("a");
  });
  EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 408"));
  over.set_value();
  trickle.join();
}

TEST_F(ServerTest, TurnsAwayWhatIsOverTheLimit) {
  options.max_connections = 2;
  RawClient first = client();
  RawClient second = client();
  for (RawClient* c : {&first, &second}) {
    c->send(get("/healthz"));
    EXPECT_TRUE(c->answer().ends_with("healthy"));
  }
  RawClient third = client();
  const std::string refusal = third.answer();
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refusal, HasSubstr("retry-after: "));
  third.close();
  first.close();
  second.send(get("/healthz"));
  EXPECT_TRUE(second.answer().ends_with("healthy"));
  // Who leaves makes room; that it has left is seen by the server a moment later.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool served = false;
  while (!served && std::chrono::steady_clock::now() < deadline) served = healthy();
  EXPECT_TRUE(served);
}

TEST_F(ServerTest, LivesWithoutHandles) {
  start();
  ASSERT_TRUE(healthy());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  {
    RawClient waiting = client();
    const int highest = ::dup(0);  // the next free handle
    ::close(highest);
    const rlimit none{static_cast<rlim_t>(highest), before.rlim_max};
    // The client's own handle is made before the limit falls, the server's accept comes after it.
    asio::io_context io;
    tcp::socket late(io, tcp::v4());
    setrlimit(RLIMIT_NOFILE, &none);
    late.connect({asio::ip::address_v4::loopback(), server->port()});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (on.metrics.refusals("accept") == 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    setrlimit(RLIMIT_NOFILE, &before);
  }
  EXPECT_GT(on.metrics.refusals("accept"), 0);
  EXPECT_TRUE(healthy());
}

TEST_F(ServerTest, SaysWhenItCannotListen) {
  start();
  ServerOptions same = options;
  same.port = server->port();
  const auto second = HttpServer::start(same, on.router, *on.engine, on.metrics);
  ASSERT_TRUE(second.has_error());
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(server->port())));
}

TEST_F(ServerTest, AppendsFromManyConnectionsAtOnce) {
  start();
  constexpr int kClients = 16;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kClients; ++t)
    threads.emplace_back([this] {
      RawClient c = client();
      for (int i = 0; i < kEach; ++i) {
        c.send(post("{}"));
        EXPECT_TRUE(c.answer().starts_with("HTTP/1.1 201"));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(on.engine->applied(), Position(kClients * kEach));
}

}  // namespace
}  // namespace syncline
