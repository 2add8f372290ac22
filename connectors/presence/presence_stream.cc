#include "connectors/presence/presence_stream.h"

#include <algorithm>
#include <charconv>

#include "connectors/events/event_query.h"
#include "connectors/events/live_stream.h"
#include "connectors/events/resume_token.h"
#include "connectors/presence/presence_answers.h"

namespace syncline {
namespace {

constexpr std::size_t kEventsAtOnce = 1000;  // of some 250 bytes a change: kPieceBytes, about

// Where a reader stands: behind `cursor`, and so many changes of the event that comes next.
struct Place {
  Position cursor;
  std::size_t seen = 0;
};

std::string frame(std::string_view event, std::string_view id, std::string_view data) {
  std::string text = "event: ";
  text.append(event).append("\nid: ").append(id).append("\ndata: ").append(data).append("\n\n");
  return text;
}

// A token, and how many changes of its event were seen, when that is not all of them.
struct Mark {
  ResumeToken token;
  std::size_t seen = 0;
};

std::optional<Mark> parse_mark(std::string_view text) {
  std::size_t seen = 0;
  const std::size_t plus = text.rfind('+');
  if (plus != text.npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + plus + 1, end, seen);
    if (error != std::errc() || stop != end || seen == 0) return std::nullopt;
    text = text.substr(0, plus);
  }
  auto token = ResumeToken::parse(text);
  if (!token || (seen > 0 && token->position == Position(0))) return std::nullopt;
  return Mark{std::move(*token), seen};
}

Result<StreamPiece> read_changes(const Engine& engine, bool with_users, const Place& place,
                                 Position cursor) {
  const auto view = engine.view("presence");
  const auto events = presence_changes(*view, cursor, kEventsAtOnce);
  StreamPiece piece;
  for (const EventChanges& event : events) {
    const auto token = token_at(engine.log(), event.position);
    if (!token) return token.error();
    const std::string id = token->text();
    const bool partly = event.position == place.cursor.next();
    for (std::size_t i = partly ? place.seen : 0; i < event.changes.size(); ++i) {
      const bool last = i + 1 == event.changes.size();
      piece.frames += frame("change", last ? id : id + '+' + std::to_string(i + 1),
                            change_json(event.changes[i], with_users));
    }
  }
  piece.reached =
      events.size() == kEventsAtOnce ? events.back().position : std::max(cursor, view->position());
  return piece;
}

}  // namespace

Response presence_stream(const Request& request, const Engine& engine, const DeadlineFloor& floor) {
  Place place;
  std::string first;
  if (const std::string_view last_id = request.header("last-event-id"); !last_id.empty()) {
    const auto mark = parse_mark(last_id);
    if (!mark) return invalid_parameter("Last-Event-ID", "is a resume token of this stream");
    const auto position = resume_at(engine.log(), mark->token);
    if (!position && position.error().code != ErrorCode::conflict) return problem(position.error());
    if (position) {
      place = {mark->seen > 0 ? Position(position->value - 1) : *position, mark->seen};
      first = "id: " + std::string(last_id) + "\n\n";
    }
  }
  if (first.empty()) {
    const auto view = engine.view("presence");
    const Time now = engine.clock().now();
    const auto token = token_at(engine.log(), view->position());
    if (!token) return problem(token.error());
    const auto counts = count_presence(*view, now, floor.of(*view, view->position()));
    place.cursor = view->position();
    first = frame("snapshot", token->text(), modules_json(counts, now));
  }
  const bool with_users = request.principal.kind == Principal::Kind::user;
  return stream_response(request, [&engine, with_users, place, first](StreamWriter& reader) {
    ReadPiece read = [&engine, with_users, place](Position cursor) {
      return read_changes(engine, with_users, place, cursor);
    };
    return follow(engine, place.cursor, first, std::move(read), reader);
  });
}

}  // namespace syncline
