#include "connectors/events/event_stream.h"

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/events/resume_token.h"

namespace syncline {
namespace {

Result<StreamPiece> read_piece(const Engine& engine, const PayloadMappings& mappings,
                               const EventFilter& filter, Position cursor) {
  StreamPiece piece;
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
  if (const auto position = parse_position(text)) {
    if (auto refused = beyond_end(*position, engine)) return std::move(*refused);
    return *position;
  }
  const auto token = ResumeToken::parse(text);
  if (!token) {
    return invalid_parameter(last_id.empty() ? "after" : "Last-Event-ID",
                             "is a position or a resume token");
  }
  const auto position = resume_at(engine.log(), *token);
  if (position) return *position;
  if (position.error().code != ErrorCode::conflict) return problem(position.error());
  return problem(409, "foreign_token", position.error().message);
}

ReadPiece event_pieces(const Engine& engine, const PayloadMappings& mappings, EventFilter filter) {
  return [&engine, &mappings, filter = std::move(filter)](Position cursor) {
    return read_piece(engine, mappings, filter, cursor);
  };
}

}  // namespace syncline
