#include "connectors/events/live_stream.h"

#include "connectors/cloudevents/media_type.h"
#include "connectors/events/resume_token.h"
#include "connectors/http/problem.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// Proxies cut silent connections off, commonly after 30 s or more.
constexpr std::chrono::seconds kKeepAlive{10};

std::string keep_alive(const Log& log, Position cursor) {
  const auto token = token_at(log, cursor);
  if (!token) return ": keep-alive\n\n";
  return "id: " + token->text() + "\n: keep-alive\n\n";
}

}  // namespace

awaitable<void> follow(const Engine& engine, Position cursor, std::string first, ReadPiece read,
                       StreamWriter& reader) {
  // A reader that leaves before its first event comes back to where it began.
  if (first.empty()) first = keep_alive(engine.log(), cursor);
  first.insert(0, "retry: 1000\n");
  if (!co_await reader.write(first)) co_return;
  Time written = engine.clock().now();
  while (!reader.closing()) {
    if (engine.applied() <= cursor) co_await reader.wait_beyond(cursor, kKeepAlive);
    if (reader.closing()) co_return;
    const bool silent = engine.applied() <= cursor;
    std::string out;
    if (!silent) {
      auto piece = read(cursor);
      if (!piece) throw std::runtime_error(piece.error().message);
      cursor = piece->reached;
      out = std::move(piece->frames);
    }
    const Time now = engine.clock().now();
    if (out.empty() && (silent || now - written >= kKeepAlive)) {
      out = keep_alive(engine.log(), cursor);
    }
    if (out.empty()) continue;
    if (!co_await reader.write(out)) co_return;
    written = now;
  }
}

Response stream_response(const Request& request,
                         std::function<awaitable<void>(StreamWriter&)> stream) {
  if (!accepts(request.header("accept"), kStreamType)) {
    return problem(406, "not_acceptable", "this path answers " + std::string(kStreamType));
  }
  Response response;
  response.content_type = kStreamType;
  response.headers.emplace_back("cache-control", "no-store");
  response.stream = std::move(stream);
  return response;
}

}  // namespace syncline
