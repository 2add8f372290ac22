#include "connectors/http/route_table.h"

#include <algorithm>

#include "connectors/http/request_target.h"

namespace syncline {
namespace {

bool is_param(std::string_view segment) { return segment.starts_with('{'); }

// Takes the next segment of a path that begins with '/'.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::vector<std::string> split(std::string_view pattern) {
  std::vector<std::string> segments;
  while (!pattern.empty()) segments.emplace_back(next_segment(pattern));
  return segments;
}

bool matches(const MountedPath& mounted, std::string_view path) {
  for (const std::string& wanted : mounted.segments) {
    if (path.empty()) return false;
    const std::string_view segment = next_segment(path);
    if (is_param(wanted) ? segment.empty() : segment != wanted) return false;
  }
  return path.empty();
}

}  // namespace

const MountedRoute* MountedPath::find(Method method) const {
  const auto& own = routes[static_cast<std::size_t>(method)];
  if (own) return &*own;
  if (method != Method::head) return nullptr;
  const auto& get = routes[static_cast<std::size_t>(Method::get)];
  return get ? &*get : nullptr;
}

void RouteTable::add(Route route, const AccessRow* access) {
  MountedPath& path = path_of(route.pattern);
  auto& place = path.routes[static_cast<std::size_t>(route.method)];
  SYNCLINE_CHECK(!place.has_value());
  path.cors |= route.cors;
  if (route.refusals) path.refusals = route.refusals;
  place = MountedRoute{std::move(route), access};
  path.allow.clear();
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::del, Method::options})
    if (method == Method::options || path.find(method))
      path.allow.append(path.allow.empty() ? "" : ", ").append(name(method));
}

MountedPath& RouteTable::path_of(const std::string& pattern) {
  SYNCLINE_CHECK(pattern.starts_with('/'));
  for (MountedPath& path : paths_)
    if (path.pattern == pattern) return path;
  MountedPath& path = paths_.emplace_back();
  path.pattern = pattern;
  path.segments = split(pattern);
  if (std::none_of(path.segments.begin(), path.segments.end(), is_param)) {
    exact_.emplace(path.pattern, &path);
    return path;
  }
  const auto more_specific = [](const MountedPath* a, const MountedPath* b) {
    return std::lexicographical_compare(
        a->segments.begin(), a->segments.end(), b->segments.begin(), b->segments.end(),
        [](const std::string& x, const std::string& y) { return !is_param(x) && is_param(y); });
  };
  with_params_.insert(
      std::upper_bound(with_params_.begin(), with_params_.end(), &path, more_specific), &path);
  return path;
}

const MountedPath* RouteTable::find(std::string_view path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return found->second;
  if (!path.starts_with('/')) return nullptr;
  for (const MountedPath* mounted : with_params_)
    if (matches(*mounted, path)) return mounted;
  return nullptr;
}

Result<void> RouteTable::decode_params(const MountedPath& mounted, Request& request) {
  request.params.clear();
  std::string_view path = request.path;
  for (const std::string& wanted : mounted.segments) {
    const std::string_view segment = next_segment(path);
    if (!is_param(wanted)) continue;
    auto value = percent_decoded(segment);
    if (!value) return value.error();
    request.params.emplace_back(std::string_view(wanted).substr(1, wanted.size() - 2),
                                std::move(*value));
  }
  return {};
}

std::vector<std::pair<Method, std::string>> RouteTable::routes() const {
  std::vector<std::pair<Method, std::string>> all;
  for (const MountedPath& path : paths_)
    for (const auto& mounted : path.routes)
      if (mounted) all.emplace_back(mounted->route.method, path.pattern);
  return all;
}

}  // namespace syncline
