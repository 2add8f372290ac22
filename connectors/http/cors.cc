#include "connectors/http/cors.h"

#include <algorithm>

namespace syncline {

bool Cors::allows(std::string_view origin) const {
  return !origin.empty() && std::find(allowed_.begin(), allowed_.end(), origin) != allowed_.end();
}

void Cors::add_to(Response& response, const Request& request) const {
  // Also without an Origin: a cache between us must not hand this answer to another origin.
  response.headers.emplace_back("vary", "Origin");
  const std::string_view origin = request.header("origin");
  if (!allows(origin)) return;
  response.headers.emplace_back("access-control-allow-origin", origin);
  response.headers.emplace_back("access-control-allow-credentials", "true");
  response.headers.emplace_back("access-control-expose-headers",
                                "x-syncline-position, x-request-id, etag, retry-after");
}

Response Cors::preflight(const Request& request, std::string_view methods) const {
  Response response;
  response.content_type = {};
  response.headers.emplace_back("allow", methods);
  if (!allows(request.header("origin"))) return response;
  response.headers.emplace_back("access-control-allow-methods", methods);
  const std::string_view asked = request.header("access-control-request-headers");
  response.headers.emplace_back("access-control-allow-headers",
                                asked.empty() ? "authorization, content-type, x-api-key" : asked);
  response.headers.emplace_back("access-control-max-age", "600");
  return response;
}

}  // namespace syncline
