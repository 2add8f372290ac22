#include "connectors/http/connection.h"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/http/connection_stream.h"
#include "connectors/http/problem.h"

namespace syncline {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kReadBytes = 8 * limits::kKiB;   // a request with a small body, in one read
constexpr std::size_t kJoinedBody = 4 * limits::kKiB;  // copied behind the head: one piece to send
constexpr std::size_t kKeptCapacity = 256 * limits::kKiB;  // between two requests
constexpr auto kNever = std::chrono::steady_clock::time_point::max();

auto as_result() { return asio::as_tuple(asio::use_awaitable); }

std::string peer_address(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

}  // namespace

Connection::Connection(tcp::socket socket, ConnectionContext& context)
    : socket_(std::move(socket)), context_(context), deadline_(kNever.time_since_epoch().count()) {
  boost::system::error_code ignored;  // a peer that has left already is found out by the first read
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  request_.peer = peer_address(socket_);
  in_.resize(kReadBytes);
}

asio::awaitable<void> Connection::serve() {
  while (co_await read_head()) {
    if (!take_body() && !co_await read_body()) break;
    Response response = co_await context_.router.answer(request_);
    if (response.stream) {
      co_await stream(response);
      break;
    }
    Pieces answer = pieces_of(response);
    if (!send_at_once(answer) && !co_await write(answer)) break;
    if (!keep_alive_) break;
    if (request_.body.capacity() > kKeptCapacity) std::string().swap(request_.body);
  }
  co_await linger();
}

asio::awaitable<void> Connection::turn_away() {
  context_.metrics.refused("limit");
  Response response =
      problem(503, "too_many_connections", "all connections of this server are in use; try again");
  response.headers.emplace_back("retry-after", "1");
  context_.router.identify(request_);
  keep_alive_ = false;
  unread_rest_ = true;
  const Pieces answer = pieces_of(response);
  co_await write(answer);
  co_await linger();
}

// Writes the head into out_, and behind it a body that is cheaper copied than sent as a piece.
Connection::Pieces Connection::pieces_of(const Response& response) {
  if (context_.draining) keep_alive_ = false;
  write_head(response, BodyEnd::length);
  const bool bodyless =
      request_.method == Method::head || response.status == 204 || response.status == 304;
  const bool joined = !bodyless && response.body.size() <= kJoinedBody;
  if (joined) out_.append(response.body);
  Pieces pieces{asio::buffer(std::as_const(out_))};
  if (!bodyless && !joined) pieces[1] = asio::buffer(std::as_const(response.body));
  return pieces;
}

void Connection::write_head(const Response& response, BodyEnd end) {
  const Time now = std::chrono::floor<std::chrono::seconds>(context_.engine.clock().now());
  if (now != date_of_ || date_.empty()) {
    date_ = http_date(now);
    date_of_ = now;
  }
  out_.clear();
  append_head(out_, response,
              {.date = date_,
               .request_id = request_.id,
               .position = response.position ? *response.position : context_.engine.applied(),
               .end = end,
               .keep_alive = keep_alive_,
               .announce_keep_alive = guard_.head().minor_version == 0});
}

bool Connection::send_at_once(Pieces& pieces) {
  boost::system::error_code error;
  // send() of one piece costs less than sendmsg() of a list.
  std::size_t sent = pieces[1].size() + pieces[2].size() == 0 ? socket_.write_some(pieces[0], error)
                                                              : socket_.write_some(pieces, error);
  for (asio::const_buffer& piece : pieces) {
    const std::size_t gone = std::min(sent, piece.size());
    piece += gone;
    sent -= gone;
  }
  if (error && error != asio::error::would_block) broken_ = true;
  return asio::buffer_size(pieces) == 0;
}

asio::awaitable<bool> Connection::write(Pieces pieces) {
  while (!broken_ && !send_at_once(pieces)) {
    if (broken_) break;
    arm(context_.deadlines.slow_reader);
    const auto [error] = co_await socket_.async_wait(tcp::socket::wait_write, as_result());
    disarm();
    if (error) broken_ = true;
  }
  co_return !broken_;
}

asio::awaitable<void> Connection::stream(const Response& response) {
  using namespace asio::experimental::awaitable_operators;
  keep_alive_ = false;
  unread_rest_ = !unread().empty();
  const bool chunked = guard_.head().minor_version == 1;
  write_head(response, chunked ? BodyEnd::chunked : BodyEnd::close);
  const Pieces head{asio::buffer(std::as_const(out_))};
  if (!co_await write(head) || request_.method == Method::head) co_return;
  ConnectionStream stream(*this, context_, socket_.get_executor(), chunked, response.stream_until);
  stream_ = &stream;
  co_await (carry(response, stream) && watch_reader(stream));
  stream_ = nullptr;
}

asio::awaitable<void> Connection::carry(const Response& response, ConnectionStream& stream) {
  try {
    co_await response.stream(stream);
    co_await stream.finish();
  } catch (...) {
    broken_ = true;  // a body that ends without its last chunk tells the reader that it is cut
  }
  boost::system::error_code ignored;
  socket_.cancel(ignored);  // ends watch_reader
}

// A reader of a stream has nothing to say: what it sends is thrown away, its end of file is its
// leave.
asio::awaitable<void> Connection::watch_reader(ConnectionStream& stream) {
  std::size_t seen = 0;
  while (!stream.over() && !broken_) {
    begin_ = end_ = 0;
    const auto [error, bytes] = co_await socket_.async_read_some(asio::buffer(in_), as_result());
    seen += bytes;
    if (error == asio::error::operation_aborted && !overdue(Clock::now()) && socket_.is_open())
      continue;  // a late expire() of a write that has gone through
    if (error || seen > limits::kLingerBytes) break;
  }
  stream.reader_left();
}

asio::awaitable<void> Connection::refuse(int status, std::string_view code,
                                         std::string_view detail) {
  context_.metrics.refused(code);
  Response response = problem(status, code, detail);
  context_.router.word(response, request_);
  context_.router.identify(request_);
  keep_alive_ = false;
  unread_rest_ = true;
  const Pieces answer = pieces_of(response);
  co_await write(answer);
}

// Closing a socket that has unread input resets the connection, and the reset may overtake the
// answer.
asio::awaitable<void> Connection::linger() {
  boost::system::error_code ignored;
  if (!broken_ && (unread_rest_ || !unread().empty())) {
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    arm(context_.deadlines.linger);
    std::size_t seen = 0;
    do {
      begin_ = end_ = 0;
      if (!co_await read_some()) break;
      seen += end_;
    } while (seen < limits::kLingerBytes);
  }
  disarm();
  socket_.close(ignored);
}

void Connection::arm(std::chrono::milliseconds from_now) {
  deadline_.store((Clock::now() + from_now).time_since_epoch().count(), std::memory_order_relaxed);
}

void Connection::disarm() {
  deadline_.store(kNever.time_since_epoch().count(), std::memory_order_relaxed);
}

bool Connection::overdue(Clock::time_point now) const {
  return now.time_since_epoch().count() >= deadline_.load(std::memory_order_relaxed);
}

void Connection::expire() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    if (self->overdue(Clock::now())) self->socket_.cancel(ignored);
  });
}

void Connection::drain() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    if (self->idle_) self->socket_.cancel(ignored);
    if (self->stream_) self->stream_->wake();
  });
}

void Connection::close() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->broken_ = true;
    self->socket_.close(ignored);
    if (self->stream_) self->stream_->reader_left();
  });
}

}  // namespace syncline
