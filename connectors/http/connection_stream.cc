#include "connectors/http/connection_stream.h"

#include <algorithm>
#include <charconv>

namespace syncline {

namespace asio = boost::asio;

ConnectionStream::ConnectionStream(Connection& connection, ConnectionContext& context,
                                   const asio::any_io_executor& executor, bool chunked,
                                   std::optional<Time> until)
    : connection_(connection),
      context_(context),
      place_(executor),
      chunked_(chunked),
      until_(until) {}

asio::awaitable<bool> ConnectionStream::write(std::string_view bytes) {
  if (reader_left_) co_return false;
  if (bytes.empty()) co_return true;  // an empty chunk would end the body
  // Named: g++ 12 cannot compile a braced array inside co_await.
  Connection::Pieces pieces{asio::buffer(bytes.data(), bytes.size())};
  std::array<char, 18> size_line;
  if (chunked_) {
    char* end = std::to_chars(size_line.data(), size_line.data() + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    const auto size = static_cast<std::size_t>(end - size_line.data());
    pieces = {asio::buffer(size_line.data(), size), pieces[0], asio::buffer("\r\n", 2)};
  }
  co_return co_await connection_.write(pieces);
}

bool ConnectionStream::closing() const {
  return reader_left_ || context_.draining || (until_ && context_.engine.clock().now() >= *until_);
}

asio::awaitable<void> ConnectionStream::wait_beyond(Position position, Duration at_most) {
  std::function<bool()> over = [this] { return closing(); };
  if (until_) at_most = std::min(at_most, *until_ - context_.engine.clock().now());
  co_await context_.watch.wait_beyond(place_, position, at_most, std::move(over));
}

asio::awaitable<void> ConnectionStream::finish() {
  over_ = true;
  const Connection::Pieces last_chunk{asio::buffer("0\r\n\r\n", 5)};
  if (chunked_ && !reader_left_) co_await connection_.write(last_chunk);
}

void ConnectionStream::reader_left() {
  reader_left_ = true;
  place_.wake();
}

}  // namespace syncline
