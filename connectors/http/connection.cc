#include "connectors/http/connection.h"

#include <algorithm>
#include <cstring>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/http/connection_stream.h"
#include "connectors/http/problem.h"
#include "connectors/http/request_target.h"

namespace syncline {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kReadBytes = 8 * limits::kKiB;  // a request with a small body, in one read
constexpr std::size_t kLeastRoom = 1 * limits::kKiB;
constexpr std::size_t kBodyStep = 64 * limits::kKiB;  // memory follows the bytes, not their promise
// What a route that takes no body reads and throws away, to keep the connection.
constexpr std::size_t kUnwantedBytes = 64 * limits::kKiB;
constexpr std::size_t kKeptCapacity = 256 * limits::kKiB;  // between two requests
constexpr std::size_t kPadding = 64;                       // simdjson reads so far beyond the end
constexpr auto kNever = std::chrono::steady_clock::time_point::max();

auto as_result() { return asio::as_tuple(asio::use_awaitable); }

std::string peer_address(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

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
    if (!co_await read_body()) break;
    Response response = co_await context_.router.answer(request_);
    if (response.stream) {
      co_await stream(response);
      break;
    }
    if (!co_await respond(response) || !keep_alive_) break;
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
  co_await respond(response);
  co_await linger();
}

// True: guard_ and request_ hold the next request's head. False: there is none.
asio::awaitable<bool> Connection::read_head() {
  guard_.reset();
  if (unread().empty()) {
    if (context_.draining) co_return false;
    idle_ = true;
    arm(context_.deadlines.idle);
    const bool more = co_await read_some();
    idle_ = false;
    if (!more) co_return false;
  }
  arm(context_.deadlines.header);
  HeadGuard::Verdict verdict = guard_.read(unread());
  while (verdict == HeadGuard::Verdict::more) {
    if (!co_await read_some()) {
      request_ = {};
      co_await refuse_unfinished();
      co_return false;
    }
    verdict = guard_.read(unread());
  }
  disarm();
  if (verdict == HeadGuard::Verdict::refused) {
    request_ = {};
    co_await refuse(guard_.refusal().status, "bad_request", guard_.refusal().reason);
    co_return false;
  }
  keep_alive_ = guard_.head().keep_alive && !context_.draining;
  if (fill_request()) co_return true;
  co_await refuse(400, "bad_query", "the query is not percent-encoded UTF-8");
  co_return false;
}

bool Connection::fill_request() {
  const RequestHead& head = guard_.head();
  request_.method = parse_method(head.method);
  request_.headers.resize(head.fields.size());
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    auto& [name, value] = request_.headers[i];
    name.resize(head.fields[i].name.size());
    std::transform(head.fields[i].name.begin(), head.fields[i].name.end(), name.begin(), lower);
    value.assign(head.fields[i].value);
  }
  request_.body.clear();
  request_.params.clear();
  request_.principal = {};
  request_.received = context_.engine.clock().now();
  begin_ += head.size;
  return set_target(request_, head.target, head.path, head.query);
}

// True: the request may be answered.
asio::awaitable<bool> Connection::read_body() {
  const RequestHead& head = guard_.head();
  if (head.body == RequestHead::Body::none) co_return true;
  const std::size_t taken = context_.router.body_limit(request_.method, request_.path);
  const bool wanted = taken > 0;
  const std::size_t limit = wanted ? taken : kUnwantedBytes;
  if (head.body == RequestHead::Body::sized && head.content_length > limit && wanted) {
    co_await refuse(413, "too_large", "the body is larger than this route takes");
    co_return false;
  }
  if (!wanted && (head.expects_continue || head.content_length > limit)) {
    keep_alive_ = false;  // answered without its body, which may still come
    unread_rest_ = true;
    co_return true;
  }
  if (head.expects_continue && unread().empty()) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const Pieces go_on{asio::buffer(kContinue)};
    if (!co_await write(go_on)) co_return false;
  }
  arm(context_.deadlines.body);
  chunked_.reset(limit);
  bool whole = false;
  if (head.body == RequestHead::Body::sized) {
    whole = co_await read_sized(static_cast<std::size_t>(head.content_length));
  } else {
    whole = co_await read_chunked(wanted);
  }
  disarm();
  if (!wanted) request_.body.clear();
  request_.body.reserve(request_.body.size() + kPadding);
  co_return whole;
}

asio::awaitable<bool> Connection::read_sized(std::size_t size) {
  std::string& body = request_.body;
  const std::string_view here = unread().substr(0, size);
  body.reserve(std::min(size, kBodyStep) + kPadding);
  body.assign(here);
  begin_ += here.size();
  std::size_t filled = body.size();
  while (filled < size) {
    if (filled == body.size()) {
      const std::size_t step = std::min(size - filled, std::max(filled, kBodyStep));
      body.reserve(filled + step + kPadding);
      body.resize(filled + step);
    }
    const auto [error, bytes] = co_await socket_.async_read_some(
        asio::buffer(body.data() + filled, body.size() - filled), as_result());
    filled += bytes;
    if (error || overdue(Clock::now())) {
      co_await refuse_unfinished();
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> Connection::read_chunked(bool wanted) {
  for (;;) {
    const auto [verdict, consumed] = chunked_.feed(unread(), request_.body);
    begin_ += consumed;
    if (verdict == ChunkedReader::Verdict::complete) co_return true;
    if (verdict == ChunkedReader::Verdict::refused) {
      const HttpRefusal& refusal = chunked_.refusal();
      unread_rest_ = true;
      keep_alive_ = false;
      if (refusal.status == 413 && !wanted) co_return true;
      co_await refuse(refusal.status, refusal.status == 413 ? "too_large" : "bad_request",
                      refusal.reason);
      co_return false;
    }
    if (!co_await read_some()) {
      co_await refuse_unfinished();
      co_return false;
    }
  }
}

asio::awaitable<bool> Connection::read_some() {
  make_room();
  const auto [error, bytes] = co_await socket_.async_read_some(
      asio::buffer(in_.data() + end_, in_.size() - end_), as_result());
  end_ += bytes;
  co_return !error && !overdue(Clock::now());
}

std::string_view Connection::unread() const {
  return std::string_view(in_).substr(begin_, end_ - begin_);
}

void Connection::make_room() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (in_.size() - end_ >= kLeastRoom) return;
  std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  // The guard refuses a head of limits::kHeaderBytes, so this ends.
  if (in_.size() - end_ < kLeastRoom) in_.resize(in_.size() * 2);
}

asio::awaitable<bool> Connection::respond(Response& response) {
  write_head(response, BodyEnd::length);
  const bool bodyless =
      request_.method == Method::head || response.status == 204 || response.status == 304;
  const asio::const_buffer body =
      bodyless ? asio::const_buffer() : asio::buffer(std::as_const(response.body));
  const Pieces pieces{asio::buffer(std::as_const(out_)), body};
  co_return co_await write(pieces);
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

asio::awaitable<bool> Connection::write(Pieces pieces) {
  std::size_t at = 0;
  while (!broken_) {
    boost::system::error_code error;
    // Mostly the socket's buffer has room, and a suspension is saved.
    std::size_t written = socket_.write_some(pieces, error);
    while (at < pieces.size() && written >= pieces[at].size()) {
      written -= pieces[at].size();
      pieces[at++] = {};
    }
    if (at == pieces.size()) co_return true;
    pieces[at] += written;
    if (error == asio::error::would_block) {
      arm(context_.deadlines.slow_reader);
      std::tie(error) = co_await socket_.async_wait(tcp::socket::wait_write, as_result());
      disarm();
    }
    if (error) broken_ = true;
  }
  co_return false;
}

asio::awaitable<void> Connection::stream(const Response& response) {
  using namespace asio::experimental::awaitable_operators;
  keep_alive_ = false;
  unread_rest_ = !unread().empty();
  const bool chunked = guard_.head().minor_version == 1;
  write_head(response, chunked ? BodyEnd::chunked : BodyEnd::close);
  const Pieces head{asio::buffer(std::as_const(out_))};
  if (!co_await write(head) || request_.method == Method::head) co_return;
  ConnectionStream stream(*this, context_, socket_.get_executor(), chunked);
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
  context_.router.identify(request_);
  keep_alive_ = false;
  unread_rest_ = true;
  co_await respond(response);
}

// The bytes stopped: their time is over, or their sender closed its end.
asio::awaitable<void> Connection::refuse_unfinished() {
  const bool late = overdue(Clock::now());
  disarm();
  if (late)
    co_await refuse(408, "request_timeout", "the request did not arrive in time");
  else
    co_await refuse(400, "truncated", "the connection ended before the request did");
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
