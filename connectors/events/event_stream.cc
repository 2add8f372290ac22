#include "connectors/events/event_stream.h"

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/events/resume_token.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// Proxies cut silent connections off, commonly after 30 s or more.
constexpr std::chrono::seconds kKeepAlive{10};
// One write: enough to keep a socket busy, little enough to hold for each reader.
constexpr std::size_t kPieceBytes = 256 * 1024;

std::string keep_alive(const Log& log, Position cursor) {
  const auto token = token_at(log, cursor);
  if (!token) return ": keep-alive\n\n";
  return "id: " + token->text() + "\n: keep-alive\n\n";
}

struct Piece {
  std::string frames;
  Position reached;
};

Result<Piece> read_piece(const Engine& engine, const PayloadMappings& mappings,
                         const EventFilter& filter, Position cursor) {
  Piece piece;
  const auto reached = step(engine, filter, cursor, engine.applied(), [&](const Event& event) {
    piece.frames += "id: ";
    piece.frames += token_of(engine.log(), event.header).text();
    piece.frames += "\ndata: ";
    piece.frames += cloudevent_line(event, mappings);
    piece.frames += "\n\n";
    return piece.frames.size() < kPieceBytes;
  });
  if (!reached) return reached.error();
  piece.reached = *reached;
  return piece;
}

}  // namespace

std::variant<Position, Response> stream_start(const Request& request, const Engine& engine) {
  const std::string_view last_id = request.header("last-event-id");
  const auto after = request.query_value("after");
  if (last_id.empty() && !after) return engine.applied();
  const std::string_view text = last_id.empty() ? *after : last_id;
  if (const auto position = parse_position(text); position && last_id.empty()) {
    if (auto refused = beyond_end(*position, engine)) return std::move(*refused);
    return *position;
  }
  const auto token = ResumeToken::parse(text);
  if (!token) {
    return last_id.empty() ? invalid_parameter("after", "is a position or a resume token")
                           : invalid_parameter("Last-Event-ID", "is a resume token of this stream");
  }
  const auto position = resume_at(engine.log(), *token);
  if (position) return *position;
  if (position.error().code != ErrorCode::conflict) return problem(position.error());
  return problem(409, "foreign_token", position.error().message);
}

awaitable<void> stream_events(const Engine& engine, const PayloadMappings& mappings,
                              EventFilter filter, Position cursor, StreamWriter& reader) {
  // A reader that leaves before its first event comes back to where it began.
  const std::string first = "retry: 1000\n" + keep_alive(engine.log(), cursor);
  if (!co_await reader.write(first)) co_return;
  Time written = engine.clock().now();
  while (!reader.closing()) {
    if (engine.applied() <= cursor) co_await reader.wait_beyond(cursor, kKeepAlive);
    if (reader.closing()) co_return;
    const bool silent = engine.applied() <= cursor;
    std::string out;
    if (!silent) {
      const auto piece = read_piece(engine, mappings, filter, cursor);
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

}  // namespace syncline
