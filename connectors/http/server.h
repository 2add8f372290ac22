// The HTTP/1.1 server: Boost.Beast on coroutines, one strand per connection, behind a guard that reads
// the head of each request strictly (guard.h). Deadlines, connection limit, keep-alive, pipelining,
// graceful drain. Beast is included by server.cc alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "connectors/http/router.h"

namespace syncline {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3594;  // 0: any free one
  int threads = 2;
  std::size_t max_connections = 0;  // 0: from `ulimit -n`
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
