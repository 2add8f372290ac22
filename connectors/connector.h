// A connector: a folder that mounts routes and may keep a worker running. The wiring
// (ops/cli/wiring.cc) makes each with one line; it lives as long as the server and is stopped
// first.
#pragma once

namespace syncline {

class Connector {
 public:
  virtual ~Connector() = default;
  // Ends its background work and waits for it. Called once, before the engine stops.
  virtual void stop() {}
};

}  // namespace syncline
