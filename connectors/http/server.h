// The HTTP/1.1 server (RFC 9112): Boost.Asio on coroutines, one thread per connection. Requests are
// read by our own strict readers (guard.h, chunked.h) and nothing behind them parses again, so
// there are no two opinions about where a request ends. Deadlines, connection limit, keep-alive,
// pipelining, graceful drain.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "connectors/http/router.h"
#include "engine/limits.h"

namespace syncline {

// How long each step of a connection may take; tests shorten them.
struct Deadlines {
  std::chrono::milliseconds header = limits::kHeaderDeadline;  // in all, from the first byte
  std::chrono::milliseconds body = limits::kBodyDeadline;      // in all
  std::chrono::milliseconds idle = limits::kIdleDeadline;
  std::chrono::milliseconds slow_reader = limits::kSlowReaderDeadline;  // without taking a byte
  std::chrono::milliseconds linger = limits::kLingerDeadline;
  std::chrono::milliseconds drain = limits::kDrainDeadline;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3594;  // 0: any free one
  int threads = 2;
  std::size_t max_connections = 1024;  // over it: 503 and close
  Deadlines deadlines = {};
};

class HttpServer {
 public:
  // Listens when it returns.
  static Result<std::unique_ptr<HttpServer>> start(ServerOptions options, const Router& router,
                                                   Engine& engine, HttpMetrics& metrics);
  ~HttpServer();

  std::uint16_t port() const;
  std::size_t connections() const;
  // Stops accepting, lets requests finish within limits::kDrainDeadline, closes. Blocks.
  void drain();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace syncline
