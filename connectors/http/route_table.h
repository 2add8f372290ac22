// Finds the paths that are mounted: exact ones by hash, those with {parameters} segment by segment,
// an exact segment before a parameter. Filled at start, then read by any thread.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/auth/access.h"
#include "connectors/http/router.h"

namespace syncline {

struct MountedRoute {
  Route route;
  const AccessRow* access = nullptr;
};

// Everything mounted at one pattern.
struct MountedPath {
  std::string pattern;
  std::vector<std::string> segments;  // a parameter as "{name}"
  std::array<std::optional<MountedRoute>, kMethods> routes;
  std::string allow;  // "GET, HEAD, OPTIONS"
  bool cors = false;
  RefusalBody refusals = nullptr;

  // HEAD is served by GET; nullptr: not with this method.
  const MountedRoute* find(Method method) const;
};

class RouteTable {
 public:
  void add(Route route, const AccessRow* access);
  const MountedPath* find(std::string_view path) const;  // as sent; nullptr: none
  // The parameters of `path`, which find() has found. `invalid`: as percent_decoded() says it.
  static Result<void> decode_params(const MountedPath& mounted, Request& request);
  std::vector<std::pair<Method, std::string>> routes() const;

 private:
  MountedPath& path_of(const std::string& pattern);

  std::deque<MountedPath> paths_;  // stays where it is: the indexes point into it
  std::unordered_map<std::string_view, const MountedPath*> exact_;
  std::vector<const MountedPath*> with_params_;  // most specific first
};

}  // namespace syncline
