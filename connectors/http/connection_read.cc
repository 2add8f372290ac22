// How a connection reads a request: head, then body, each within its deadline.
#include <algorithm>
#include <cstring>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/http/connection.h"
#include "connectors/http/request_target.h"

namespace syncline {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kLeastRoom = 1 * limits::kKiB;
constexpr std::size_t kBodyStep = 64 * limits::kKiB;  // memory follows the bytes, not their promise
// What a route that takes no body reads and throws away, to keep the connection.
constexpr std::size_t kUnwantedBytes = 64 * limits::kKiB;
constexpr std::size_t kPadding = 64;  // simdjson reads so far beyond the end

auto as_result() { return asio::as_tuple(asio::use_awaitable); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

auto Connection::begin_read() {
  make_room();
  return socket_.async_read_some(asio::buffer(in_.data() + end_, in_.size() - end_),
                                 asio::as_tuple(asio::deferred));
}

bool Connection::end_read(const boost::system::error_code& error, std::size_t bytes) {
  end_ += bytes;
  return !error && !overdue(Clock::now());
}

// True: guard_ and request_ hold the next request's head. False: there is none.
asio::awaitable<bool> Connection::read_head() {
  guard_.reset();
  if (unread().empty()) {
    if (context_.draining) co_return false;
    idle_ = true;
    arm(context_.deadlines.idle);
    auto reading = begin_read();
    const auto [error, bytes] = co_await std::move(reading);
    idle_ = false;
    if (!end_read(error, bytes)) co_return false;
  }
  HeadGuard::Verdict verdict = guard_.read(unread());
  if (verdict == HeadGuard::Verdict::more) arm(context_.deadlines.header);
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
  keep_alive_ = guard_.head().keep_alive;
  const auto filled = fill_request();
  if (filled) co_return true;
  co_await refuse(400, "bad_query", filled.error().message);
  co_return false;
}

Result<void> Connection::fill_request() {
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

// True: the request has its whole body, or none. Mostly it came with the head, and nothing waits.
bool Connection::take_body() {
  const RequestHead& head = guard_.head();
  if (head.body == RequestHead::Body::none) return true;
  if (head.body == RequestHead::Body::chunked || head.content_length > unread().size())
    return false;
  const auto size = static_cast<std::size_t>(head.content_length);
  if (size > context_.router.body_limit(request_.method, request_.path)) return false;
  request_.body.reserve(size + kPadding);
  request_.body.assign(unread().substr(0, size));
  begin_ += size;
  return true;
}

// What take_body() could not. True: the request may be answered.
asio::awaitable<bool> Connection::read_body() {
  const RequestHead& head = guard_.head();
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
  auto reading = begin_read();
  const auto [error, bytes] = co_await std::move(reading);
  co_return end_read(error, bytes);
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

// The bytes stopped: their time is over, or their sender closed its end.
asio::awaitable<void> Connection::refuse_unfinished() {
  const bool late = overdue(Clock::now());
  disarm();
  if (late)
    co_await refuse(408, "request_timeout", "the request did not arrive in time");
  else
    co_await refuse(400, "truncated", "the connection ended before the request did");
}

}  // namespace syncline
