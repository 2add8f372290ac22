#include "connectors/status/standing.h"

#include "engine/limits.h"

namespace syncline {
namespace {

// More than every commit that may be on its way through the folder: this is not the usual lag.
constexpr std::uint64_t kKeepsUp = (limits::kUnfoldedCommits + 2) * limits::kCommitEvents;

}  // namespace

ProjectionStanding standing(Engine& engine, const Projection& projection) {
  // In this order: the head is never behind the view that was read before it.
  const Position position = engine.view(projection.name())->position();
  const Position head = engine.log().head().position;
  return {std::string(projection.name()), projection.version(), position,
          head.value - std::min(head, position).value};
}

std::vector<ProjectionStanding> projection_standings(Engine& engine) {
  std::vector<ProjectionStanding> all;
  for (const Projection* projection : engine.folder().projections()) {
    all.push_back(standing(engine, *projection));
  }
  return all;
}

void write_standing(const ProjectionStanding& projection, JsonWriter& out) {
  out.begin_object()
      .field("name", std::string_view(projection.name))
      .field("version", std::uint64_t{projection.version})
      .field("position", projection.position)
      .field("lag", projection.lag)
      .end_object();
}

std::optional<Error> unready(Engine& engine) {
  if (auto closed = engine.log().closed()) return Error{ErrorCode::log_closed, closed->message};
  if (auto full = engine.free_space().refusal(0)) return full;
  for (const auto& projection : projection_standings(engine)) {
    if (projection.lag > kKeepsUp) {
      return Error{ErrorCode::timeout, "the view " + projection.name + " is " +
                                           std::to_string(projection.lag) +
                                           " events behind the log; it is catching up"};
    }
  }
  return std::nullopt;
}

}  // namespace syncline
