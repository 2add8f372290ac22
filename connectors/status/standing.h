// Where a node stands, read from the engine at one instant. No I/O but a snapshot of each view; any
// thread.
#pragma once

#include <string>
#include <vector>

#include "connectors/json/writer.h"
#include "engine/engine.h"

namespace syncline {

struct ProjectionStanding {
  std::string name;
  std::uint32_t version = 0;
  Position position;      // folded up to here
  std::uint64_t lag = 0;  // events behind the head
};

ProjectionStanding standing(Engine& engine, const Projection& projection);
std::vector<ProjectionStanding> projection_standings(Engine& engine);

// {name, version, position, lag}
void write_standing(const ProjectionStanding& projection, JsonWriter& out);

// Why this node should not get traffic; nullopt: it should.
std::optional<Error> unready(Engine& engine);

}  // namespace syncline
