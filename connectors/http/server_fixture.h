// A server on a free port over a real engine: it appends, streams what is appended, and floods.
#pragma once

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "connectors/append.h"
#include "connectors/http/problem.h"
#include "connectors/http/raw_client.h"
#include "connectors/http/server.h"
#include "connectors/http/test_engine.h"

namespace syncline {

struct Append {
  static boost::asio::awaitable<Response> run(Engine& engine, const Request& request) {
    auto receipt = co_await append(engine, test_draft("", "test/1", request.body));
    if (!receipt) co_return problem(receipt.error());
    Response response;
    response.status = 201;
    response.body = std::to_string(receipt->position.value);
    co_return response;
  }
};

// Counts positions as they come, until the reader or the server leaves.
struct Tail {
  static boost::asio::awaitable<void> run(Engine& engine, std::promise<void>* left,
                                          StreamWriter& stream) {
    Position seen = engine.applied();
    bool open = co_await stream.write("from " + std::to_string(seen.value) + "\n");
    while (open && !stream.closing()) {
      co_await stream.wait_beyond(seen, std::chrono::seconds(10));
      while (open && seen < engine.applied()) {
        seen = seen.next();
        open = co_await stream.write(std::to_string(seen.value) + "\n");
      }
    }
    co_await stream.write("bye\n");
    left->set_value();
  }
};

struct Flood {
  static boost::asio::awaitable<void> run(std::promise<void>* left, StreamWriter& stream) {
    const std::string much(1'000'000, 'x');
    while (co_await stream.write(much)) {
    }
    left->set_value();
  }
};

inline std::string get(const std::string& path, const std::string& lines = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}
inline std::string post(const std::string& body, const std::string& lines = "") {
  return "POST /v1/events HTTP/1.1\r\nHost: a\r\nx-api-key: the operator's key in tests\r\n" +
         lines + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline std::string chunked_post(const std::string& chunks) {
  return "POST /v1/events HTTP/1.1\r\nHost: a\r\nx-api-key: the operator's key in tests\r\n"
         "Transfer-Encoding: chunked\r\n\r\n" +
         chunks;
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options.port = 0;
    on.router.mount({Method::get, "/healthz", says("healthy"), 0});
    on.router.mount({Method::post, "/v1/events",
                     [this](const Request& q) { return Append::run(*on.engine, q); }, 100'000});
    on.router.mount({Method::get, "/readyz", answers([this](const Request&) {
                       Response response;
                       response.content_type = "text/event-stream";
                       response.stream = [this](StreamWriter& s) {
                         return Tail::run(*on.engine, &stream_left, s);
                       };
                       return response;
                     }),
                     0});
  }
  HttpServer& start() {
    server = HttpServer::start(options, on.router, *on.engine, on.metrics).value();
    return *server;
  }
  RawClient client() {
    if (!server) start();
    return RawClient(server->port());
  }
  bool healthy() {
    RawClient c = client();
    c.send(get("/healthz"));
    return c.answer().starts_with("HTTP/1.1 200");
  }

  TestEngine on;
  ServerOptions options;
  std::promise<void> stream_left;
  std::unique_ptr<HttpServer> server;
};

}  // namespace syncline
