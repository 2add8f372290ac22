// One connection from accept to close: reads a head, its body, has it answered, writes, and begins
// anew. Everything runs on the socket's thread; what other threads may call says so. Owned by the
// server while it runs; reads, buffers and the Request are reused from one request to the next.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "connectors/http/applied_watch.h"
#include "connectors/http/chunked.h"
#include "connectors/http/guard.h"
#include "connectors/http/response_text.h"
#include "connectors/http/server.h"

namespace syncline {

// What the server lends its connections; outlives them.
struct ConnectionContext {
  const Router& router;
  Engine& engine;
  HttpMetrics& metrics;
  const AppliedWatch& watch;
  Deadlines deadlines;
  std::atomic<bool> draining = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;
  // Up to three pieces that are written with one call.
  using Pieces = std::array<boost::asio::const_buffer, 3>;

  Connection(boost::asio::ip::tcp::socket socket, ConnectionContext& context);

  boost::asio::awaitable<void> serve();
  // Over the limit: answers 503 and closes.
  boost::asio::awaitable<void> turn_away();

  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

  // Any thread.
  bool overdue(Clock::time_point now) const;
  void expire();  // ends the read or write under way, if it is still overdue
  void drain();   // idle: closes; busy: closes behind the answer; streaming: the stream is told
  void close();   // whatever it is doing

  // For the stream it carries. False: the reader is gone or too slow, and nothing more is written.
  boost::asio::awaitable<bool> write(Pieces pieces);

 private:
  boost::asio::awaitable<bool> read_head();
  bool take_body();
  boost::asio::awaitable<bool> read_body();
  boost::asio::awaitable<bool> read_sized(std::size_t size);
  boost::asio::awaitable<bool> read_chunked(bool wanted);
  boost::asio::awaitable<bool> read_some();
  // Its two halves, for a wait without a frame of its own: begin, await, end.
  auto begin_read();
  bool end_read(const boost::system::error_code& error, std::size_t bytes);
  boost::asio::awaitable<void> stream(const Response& response);
  boost::asio::awaitable<void> carry(const Response& response, class ConnectionStream& stream);
  boost::asio::awaitable<void> watch_reader(class ConnectionStream& stream);
  boost::asio::awaitable<void> refuse(int status, std::string_view code, std::string_view detail);
  boost::asio::awaitable<void> refuse_unfinished();
  boost::asio::awaitable<void> linger();

  Result<void> fill_request();
  Pieces pieces_of(const Response& response);
  // What the socket's buffer has room for, mostly all of it. True: nothing is left of `pieces`.
  bool send_at_once(Pieces& pieces);
  void write_head(const Response& response, BodyEnd end);
  std::string_view unread() const;
  void make_room();
  void arm(std::chrono::milliseconds from_now);
  void disarm();

  boost::asio::ip::tcp::socket socket_;
  ConnectionContext& context_;

  HeadGuard guard_;
  ChunkedReader chunked_;
  Request request_;
  std::string in_;  // bytes [begin_, end_) are read and not used yet
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string out_;  // the head being written, and a small body
  std::string date_;
  Time date_of_;

  std::atomic<Clock::rep> deadline_;
  bool idle_ = false;  // between two requests
  bool keep_alive_ = true;
  bool unread_rest_ = false;                  // closed with input that nobody reads
  bool broken_ = false;                       // a write has failed: nothing more can be said
  class ConnectionStream* stream_ = nullptr;  // while it carries one
};

}  // namespace syncline
