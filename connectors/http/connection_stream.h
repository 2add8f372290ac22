// What a streaming handler writes to: chunks (RFC 9112, 7.1) on its connection, whose thread it
// shares.
#pragma once

#include "connectors/http/applied_watch.h"
#include "connectors/http/connection.h"

namespace syncline {

class ConnectionStream final : public StreamWriter {
 public:
  ConnectionStream(Connection& connection, ConnectionContext& context,
                   const boost::asio::any_io_executor& executor, bool chunked,
                   std::optional<Time> until);

  boost::asio::awaitable<bool> write(std::string_view bytes) override;
  bool closing() const override;
  boost::asio::awaitable<void> wait_beyond(Position position, Duration at_most) override;

  // The handler is through: says so to the reader.
  boost::asio::awaitable<void> finish();
  void reader_left();
  void wake() { place_.wake(); }
  bool over() const { return over_; }

 private:
  Connection& connection_;
  ConnectionContext& context_;
  AppliedWatch::Place place_;
  const bool chunked_;  // else the end of the connection ends the body (HTTP/1.0)
  const std::optional<Time> until_;
  bool reader_left_ = false;
  bool over_ = false;
};

}  // namespace syncline
